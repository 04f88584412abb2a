import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useId, useState } from 'react'
import { problemOf } from '../data/problem.ts'
import { useDag } from '../data/use-dag.ts'
import { usePauseDag } from '../data/use-pause-dag.ts'
import { useTriggerDag } from '../data/use-trigger-dag.ts'
import { Button } from '../parts/button.tsx'
import { CopyId } from '../parts/copy-id.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { text } from '../strings/text.ts'
import { parseConf, triggerCommand } from './parse-conf.ts'

interface Props {
  readonly dagId: string
  readonly onClose: () => void
}

/** Starts a run by hand. What was typed stays when the API refuses it. */
export const TriggerDialog = ({ dagId, onClose }: Props) => {
  const { data: dag } = useDag(dagId)
  const [conf, setConf] = useState('')
  const [unpause, setUnpause] = useState(true)
  const trigger = useTriggerDag()
  const pause = usePauseDag()
  const navigate = useNavigate()
  const ids = { conf: useId(), hint: useId() }
  const parsed = parseConf(conf)
  const problem = 'problem' in parsed ? parsed.problem : trigger.error ? problemOf(trigger.error).detail : null
  const defaults = dag && Object.keys(dag.params).length > 0 ? JSON.stringify(dag.params, null, 2) : '{}'

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if ('problem' in parsed) return
    if (dag?.is_paused && unpause) pause.mutate({ dagId, paused: false })
    trigger.mutate(
      { dagId, conf: parsed.conf },
      {
        onSuccess: (run) => {
          onClose()
          void navigate({ to: '/dags/$dagId', params: { dagId }, search: { run: run.dag_run_id } })
        },
      },
    )
  }

  return (
    <Dialog title={text.trigger.title(dagId)} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3 p-4">
        <label htmlFor={ids.conf} className="font-medium">
          {text.trigger.conf}
        </label>
        <textarea
          id={ids.conf}
          value={conf}
          placeholder={defaults}
          spellCheck={false}
          rows={6}
          aria-describedby={ids.hint}
          aria-invalid={'problem' in parsed}
          onChange={(event) => setConf(event.target.value)}
          className="-mt-2 w-full resize-y rounded-md border border-line-strong bg-canvas p-2 font-mono text-xs"
        />
        <p id={ids.hint} className={`-mt-1 min-h-5 break-words ${problem ? 'text-bad' : 'text-soft'}`} role={problem ? 'alert' : undefined}>
          {problem ?? text.trigger.confHint}
        </p>
        {dag?.is_paused && (
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={unpause} onChange={(event) => setUnpause(event.target.checked)} className="size-4 accent-accent" />
            {text.trigger.unpause}
          </label>
        )}
        <div className="flex items-center justify-between gap-3">
          <span className="min-w-0 text-soft" title={text.trigger.same}>
            {'conf' in parsed && <CopyId value={triggerCommand(dagId, parsed.conf)} what="command" />}
          </span>
          <span className="flex gap-2">
            <Button onClick={onClose}>{text.cancel}</Button>
            <Button look="main" type="submit" disabled={'problem' in parsed || trigger.isPending}>
              {trigger.isPending ? text.trigger.sending : text.trigger.submit}
            </Button>
          </span>
        </div>
      </form>
    </Dialog>
  )
}
