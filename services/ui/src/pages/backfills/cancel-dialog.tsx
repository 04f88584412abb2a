import type { Backfill } from '../../api/types.ts'
import { useChangeBackfill } from '../../data/use-change-backfill.ts'
import { Button } from '../../parts/button.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { text } from '../../strings/text.ts'
import { shellWord } from '../change/change-command.ts'
import { datesDone } from './backfill-parts.ts'

interface Props {
  readonly backfill: Backfill
  readonly onClose: () => void
}

const { backfills: words } = text

/** Asks once more before a backfill is ended. */
export const CancelDialog = ({ backfill, onClose }: Props) => {
  const change = useChangeBackfill()
  const left = backfill.progress.total - datesDone(backfill) - backfill.progress.running
  return (
    <Dialog title={words.cancelTitle} onClose={onClose}>
      <div className="flex flex-col gap-4 p-4">
        <p>{words.cancelWords(backfill.dag_id, Math.max(0, left))}</p>
        <div className="flex items-center justify-between gap-3 max-sm:flex-col max-sm:items-stretch">
          <span className="flex min-w-0 text-soft">
            <CopyId value={`millrace backfill cancel ${shellWord(backfill.id)}`} what="command" />
          </span>
          <span className="flex shrink-0 justify-end gap-2">
            <Button onClick={onClose}>{words.keepIt}</Button>
            <Button
              look="main"
              disabled={change.isPending}
              onClick={() => change.mutate({ backfillId: backfill.id, change: 'cancel' }, { onSettled: onClose })}
            >
              {words.cancelIt}
            </Button>
          </span>
        </div>
      </div>
    </Dialog>
  )
}
