import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useId, useMemo, useState } from 'react'
import { problemOf } from '../../data/problem.ts'
import { useDag } from '../../data/use-dag.ts'
import { usePauseDag } from '../../data/use-pause-dag.ts'
import { useTriggerDag } from '../../data/use-trigger-dag.ts'
import { zonedInstant } from '../../format/zoned-instant.ts'
import { Button } from '../../parts/button.tsx'
import { CheckField } from '../../parts/check-field.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { DialogFoot } from '../../parts/dialog-foot.tsx'
import { FieldRow } from '../../parts/field-row.tsx'
import { text } from '../../strings/text.ts'
import { type FieldValues, fillFields, paramFields, readFields } from './param-fields.ts'
import { ParamForm } from './param-form.tsx'
import { parseConf, triggerCommand } from './parse-conf.ts'

interface Props {
  readonly dagId: string
  readonly onClose: () => void
}

const { trigger: words } = text
const field = 'h-7 min-w-0 rounded-md border bg-canvas px-2'

/** Starts a run by hand: the DAG's params as a form, or its conf as JSON. What was typed stays when the API refuses it. */
export const TriggerDialog = ({ dagId, onClose }: Props) => {
  const { data: dag } = useDag(dagId)
  const fields = useMemo(() => paramFields(dag?.params ?? {}), [dag?.params])
  const [asJson, setAsJson] = useState(false)
  const [values, setValues] = useState<FieldValues>({})
  /** What the conf has beside the params. */
  const [extra, setExtra] = useState<{ readonly [key: string]: unknown }>({})
  const [typed, setTyped] = useState('')
  const [date, setDate] = useState('')
  const [note, setNote] = useState('')
  const [unpause, setUnpause] = useState(true)
  const trigger = useTriggerDag()
  const pause = usePauseDag()
  const navigate = useNavigate()
  const ids = { conf: useId(), hint: useId() }
  const isForm = fields.length > 0 && !asJson
  const read = readFields(fields, values)
  const parsed = isForm ? (Object.keys(read.problems).length > 0 ? { problem: null } : { conf: { ...extra, ...read.conf } }) : parseConf(typed)
  const sent = trigger.error ? problemOf(trigger.error).detail : null
  const problem = ('problem' in parsed ? parsed.problem : null) ?? sent
  // What is wrong in a field that was typed in stands below it.
  const missing = isForm ? fields.filter(({ name }) => name in read.problems && values[name] === undefined) : []
  const hint = isForm ? missing.length > 0 && words.fillIn(missing.map(({ label }) => label).join(', ')) : words.confHint
  const logicalDate = date === '' ? undefined : (zonedInstant(date, dag?.timezone ?? 'UTC') ?? undefined)

  const toJson = (): void => {
    setTyped(JSON.stringify({ ...extra, ...read.conf }, null, 2))
    setAsJson(true)
  }
  const toForm = (): void => {
    if (!('conf' in parsed)) return
    const known = new Set(fields.map(({ name }) => name))
    setValues(fillFields(fields, parsed.conf))
    setExtra(Object.fromEntries(Object.entries(parsed.conf).filter(([name]) => !known.has(name))))
    setAsJson(false)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!('conf' in parsed)) return
    if (dag?.is_paused && unpause) pause.mutate({ dagId, paused: false })
    trigger.mutate(
      { dagId, conf: parsed.conf, ...(logicalDate ? { logicalDate } : {}), ...(note.trim() === '' ? {} : { note: note.trim() }) },
      {
        onSuccess: (run) => {
          onClose()
          void navigate({ to: '/dags/$dagId', params: { dagId }, search: { run: run.dag_run_id } })
        },
      },
    )
  }

  return (
    <Dialog title={words.title(dagId)} onClose={onClose} wide={fields.length > 0}>
      <form onSubmit={submit} className="flex flex-col gap-3 p-4">
        {fields.length > 0 && (
          <div className="flex items-center justify-between">
            <span className="font-medium">{isForm ? words.params : words.conf}</span>
            <Button look="quiet" disabled={!isForm && !('conf' in parsed)} onClick={isForm ? toJson : toForm}>
              {isForm ? words.asJson : words.asForm}
            </Button>
          </div>
        )}
        {isForm ? (
          <ParamForm
            fields={fields}
            values={values}
            problems={Object.fromEntries(Object.entries(read.problems).filter(([name]) => values[name] !== undefined))}
            onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
          />
        ) : (
          <>
            <label htmlFor={ids.conf} className={fields.length > 0 ? 'sr-only' : 'font-medium'}>
              {words.conf}
            </label>
            <textarea
              id={ids.conf}
              value={typed}
              placeholder="{}"
              spellCheck={false}
              rows={6}
              aria-describedby={ids.hint}
              aria-invalid={'problem' in parsed}
              onChange={(event) => setTyped(event.target.value)}
              className="-mt-2 w-full resize-y rounded-md border border-line-strong bg-canvas p-2 font-mono text-xs"
            />
          </>
        )}
        <p id={ids.hint} className={`-mt-1 min-h-5 break-words ${problem ? 'text-bad' : 'text-soft'}`} role={problem ? 'alert' : undefined}>
          {problem ?? hint}
        </p>
        <div className="flex flex-col gap-1">
          <FieldRow label={text.run.logicalDate}>
            <input
              type="datetime-local"
              aria-label={text.run.logicalDate}
              value={date}
              onChange={(event) => setDate(event.target.value)}
              className={`${field} tabular`}
            />
            <span className="text-soft">{words.dateHint(dag?.timezone ?? 'UTC')}</span>
          </FieldRow>
          <FieldRow label={text.run.note}>
            <input aria-label={text.run.note} value={note} maxLength={1000} onChange={(event) => setNote(event.target.value)} className={`${field} flex-1`} />
          </FieldRow>
        </div>
        {dag?.is_paused && <CheckField label={words.unpause} checked={unpause} onChange={setUnpause} />}
        <DialogFoot onClose={onClose} command={'conf' in parsed ? triggerCommand(dagId, parsed.conf, logicalDate, note.trim()) : undefined}>
          <Button look="main" type="submit" disabled={'problem' in parsed || trigger.isPending}>
            {trigger.isPending ? words.sending : words.submit}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
