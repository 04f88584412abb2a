import type { Pool } from '../../api/types.ts'
import { problemOf } from '../../data/problem.ts'
import { useDeletePool } from '../../data/use-pools.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { DialogFoot } from '../../parts/dialog-foot.tsx'
import { notices } from '../../parts/notices.ts'
import { text } from '../../strings/text.ts'
import { shellWord } from '../change/change-command.ts'

interface Props {
  readonly pool: Pool
  readonly onClose: () => void
}

const { pools: words } = text.system

/** Asks once more before a pool is deleted. */
export const PoolDeleteDialog = ({ pool, onClose }: Props) => {
  const remove = useDeletePool()
  const submit = (): void =>
    remove.mutate(pool.name, {
      onSuccess: () => {
        onClose()
        notices.add({ good: true, title: words.removed(pool.name) })
      },
    })
  return (
    <Dialog title={words.removeTitle(pool.name)} onClose={onClose}>
      <div className="flex flex-col gap-3 p-4">
        <p>{words.removeWords}</p>
        <DialogFoot onClose={onClose} command={`millrace pools delete ${shellWord(pool.name)}`} problem={remove.error && problemOf(remove.error).detail}>
          <Button look="main" disabled={remove.isPending} onClick={submit}>
            {words.removeIt}
          </Button>
        </DialogFoot>
      </div>
    </Dialog>
  )
}
