import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useDeferredValue, useId, useMemo, useState } from 'react'
import { problemOf } from '../../data/problem.ts'
import { useBackfillDates, useCreateBackfill } from '../../data/use-create-backfill.ts'
import { useDag } from '../../data/use-dag.ts'
import { useDagNames } from '../../data/use-dag-names.ts'
import { usePauseDag } from '../../data/use-pause-dag.ts'
import { Button } from '../../parts/button.tsx'
import { CheckField } from '../../parts/check-field.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { DialogFoot } from '../../parts/dialog-foot.tsx'
import { FieldRow } from '../../parts/field-row.tsx'
import { notices } from '../../parts/notices.ts'
import { RadioGroup } from '../../parts/radio-group.tsx'
import { text } from '../../strings/text.ts'
import { BackfillDates } from './backfill-dates.tsx'
import { type BackfillForm, backfillCommand, readBackfillForm } from './backfill-form.ts'

interface Props {
  /** null: still to be chosen. */
  readonly dagId: string | null
  readonly onClose: () => void
}

const { backfills: words } = text
const field = 'h-7 rounded-md border bg-canvas px-2'

/** Starts a backfill, after a look at the dates it runs. What was typed stays when the API refuses it. */
export const BackfillDialog = ({ dagId, onClose }: Props) => {
  const [form, setForm] = useState<BackfillForm>({ dagId: dagId ?? '', from: '', to: '', reprocess: 'none', atOnce: '10', newestFirst: false, conf: '' })
  const change = (part: Partial<BackfillForm>): void => setForm((now) => ({ ...now, ...part }))
  const { data: names } = useDagNames(dagId === null)
  const isKnown = dagId !== null || (names?.some((one) => one.dagId === form.dagId) ?? false)
  const { data: dag } = useDag(isKnown ? form.dagId : '')
  const zone = dag?.timezone ?? 'UTC'
  const read = useMemo(() => (dag && isKnown ? readBackfillForm(form, zone) : { problem: null }), [form, zone, dag, isKnown])
  const body = 'body' in read ? read.body : null
  const dates = useBackfillDates(useDeferredValue(body))
  const create = useCreateBackfill()
  const pause = usePauseDag()
  const [unpause, setUnpause] = useState(true)
  const navigate = useNavigate()
  const list = useId()
  const total = body && !dates.error ? (dates.data?.total_entries ?? 0) : 0
  const problem = 'problem' in read ? read.problem : create.error ? problemOf(create.error).detail : null

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!body) return
    if (dag?.is_paused && unpause) pause.mutate({ dagId: form.dagId, paused: false })
    create.mutate(body, {
      onSuccess: (made) => {
        onClose()
        notices.add({ good: true, title: words.started(made.dag_id, made.progress.total) })
        void navigate({ to: '/dags/$dagId/backfills', params: { dagId: made.dag_id } })
      },
    })
  }

  return (
    <Dialog title={words.createTitle(dagId ?? '')} onClose={onClose} wide>
      <form onSubmit={submit} className="flex flex-col gap-3 p-4">
        <div className="flex flex-col gap-1">
          {dagId === null && (
            <FieldRow label={words.dag}>
              <input
                list={list}
                aria-label={words.dag}
                value={form.dagId}
                spellCheck={false}
                onChange={(event) => change({ dagId: event.target.value })}
                className={`${field} w-72 max-w-full`}
              />
              <datalist id={list}>
                {(names ?? []).map((one) => (
                  <option key={one.dagId} value={one.dagId} />
                ))}
              </datalist>
            </FieldRow>
          )}
          <FieldRow label={words.columns.range}>
            <input
              type="datetime-local"
              aria-label={words.from}
              title={words.zoneHint(zone)}
              value={form.from}
              onChange={(event) => change({ from: event.target.value })}
              className={`${field} tabular`}
            />
            <span className="-mx-2 text-faint max-sm:hidden">–</span>
            <input
              type="datetime-local"
              aria-label={words.to}
              title={words.zoneHint(zone)}
              value={form.to}
              min={form.from || undefined}
              onChange={(event) => change({ to: event.target.value })}
              className={`${field} tabular`}
            />
            <span className="text-soft">{words.zoneHint(zone)}</span>
          </FieldRow>
          <FieldRow label={words.reprocess}>
            <RadioGroup
              value={form.reprocess}
              onChange={(reprocess) => change({ reprocess })}
              options={(['none', 'failed', 'completed'] as const).map((value) => ({ value, ...words.reprocessing[value] }))}
            />
          </FieldRow>
          <FieldRow label={words.limit}>
            <input
              type="number"
              min={1}
              max={10_000}
              aria-label={words.limit}
              title={words.limitHint}
              value={form.atOnce}
              onChange={(event) => change({ atOnce: event.target.value })}
              className={`${field} tabular w-20`}
            />
            <CheckField label={words.newestFirst} checked={form.newestFirst} onChange={(newestFirst) => change({ newestFirst })} />
          </FieldRow>
          <FieldRow label={words.conf}>
            <textarea
              aria-label={words.conf}
              value={form.conf}
              placeholder="{}"
              rows={2}
              spellCheck={false}
              onChange={(event) => change({ conf: event.target.value })}
              className="w-full resize-y rounded-md border bg-canvas px-2 py-1 font-mono text-xs"
            />
          </FieldRow>
        </div>
        <BackfillDates dates={body ? dates : null} zone={zone} />
        {dag?.is_paused && <CheckField label={words.paused} checked={unpause} onChange={setUnpause} />}
        <DialogFoot onClose={onClose} command={body ? backfillCommand(body) : undefined} problem={problem}>
          <Button look="main" type="submit" disabled={total === 0 || dates.isPlaceholderData || create.isPending}>
            {create.isPending ? words.sending : words.submit(total)}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
