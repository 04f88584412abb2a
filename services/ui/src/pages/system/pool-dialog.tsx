import { type FormEvent, useState } from 'react'
import type { Pool } from '../../api/types.ts'
import { problemOf } from '../../data/problem.ts'
import { useSavePool } from '../../data/use-pools.ts'
import { Button } from '../../parts/button.tsx'
import { CheckField } from '../../parts/check-field.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { DialogFoot } from '../../parts/dialog-foot.tsx'
import { FieldRow } from '../../parts/field-row.tsx'
import { notices } from '../../parts/notices.ts'
import { text } from '../../strings/text.ts'
import { shellWord } from '../change/change-command.ts'

interface Props {
  /** null: a new one. */
  readonly pool: Pool | null
  readonly onClose: () => void
}

const { pools: words } = text.system
const field = 'h-7 min-w-0 rounded-md border bg-canvas px-2'

/** Makes a pool or changes one. */
export const PoolDialog = ({ pool, onClose }: Props) => {
  const [name, setName] = useState(pool?.name ?? '')
  const [slots, setSlots] = useState(String(pool?.slots ?? 1))
  const [description, setDescription] = useState(pool?.description ?? '')
  const [includeDeferred, setIncludeDeferred] = useState(pool?.include_deferred ?? false)
  const save = useSavePool()
  const isReady = name.trim() !== '' && /^-?\d+$/.test(slots) && Number(slots) >= -1
  const command = `millrace pools set ${shellWord(name)} ${slots}${description === '' ? '' : ` --description ${shellWord(description)}`}${includeDeferred ? ' --include-deferred' : ''}`

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const setting = { name: name.trim(), slots: Number(slots), description: description === '' ? null : description, include_deferred: includeDeferred }
    save.mutate(
      { pool: setting, isNew: pool === null },
      {
        onSuccess: () => {
          onClose()
          notices.add({ good: true, title: words.saved(setting.name) })
        },
      },
    )
  }

  return (
    <Dialog title={pool ? words.edit(pool.name) : words.create} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3 p-4">
        <div className="flex flex-col gap-1">
          <FieldRow label={words.name}>
            <input
              aria-label={words.name}
              value={name}
              readOnly={pool !== null}
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
              className={`${field} flex-1 read-only:text-soft`}
            />
          </FieldRow>
          <FieldRow label={words.slots}>
            <input
              type="number"
              min={-1}
              aria-label={words.slots}
              value={slots}
              onChange={(event) => setSlots(event.target.value)}
              className={`${field} tabular w-24`}
            />
            <span className="text-soft">{words.slotsHint}</span>
          </FieldRow>
          <FieldRow label={words.description}>
            <input aria-label={words.description} value={description} onChange={(event) => setDescription(event.target.value)} className={`${field} flex-1`} />
          </FieldRow>
          <FieldRow label="">
            <CheckField label={words.includeDeferred} checked={includeDeferred} onChange={setIncludeDeferred} />
          </FieldRow>
        </div>
        <DialogFoot onClose={onClose} command={isReady ? command : undefined} problem={save.error && problemOf(save.error).detail}>
          <Button look="main" type="submit" disabled={!isReady || save.isPending}>
            {save.isPending ? words.saving : words.save}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
