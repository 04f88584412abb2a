import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type InstanceName, useTaskInstance, useTries } from '../../data/use-task-instance.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { StateChip } from '../../states/state-chip.tsx'
import { isWaiting } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'
import { ChangeButtons } from '../change/change-buttons.tsx'
import { useInstanceSubject } from '../change/use-instance-subject.ts'
import { LogViewer } from './log/log-viewer.tsx'
import { PanelTabs } from './panel-tabs.tsx'
import { shownTries } from './shown-tries.ts'
import { TaskFacts } from './task-facts.tsx'
import { TryTabs } from './try-tabs.tsx'
import { WhySection } from './why-section.tsx'

interface Props {
  readonly name: InstanceName
  /** Leads back to the run. */
  readonly onRun: () => void
}

/** A task instance beside the grid or the graph: its log, or its facts. */
export const TaskPanel = ({ name, onRun }: Props) => {
  const instance = useTaskInstance(name)
  const subject = useInstanceSubject(name)
  const fetched = useTries(name)
  const [view, setView] = useState<'log' | 'facts'>('log')
  const [chosen, setChosen] = useState<number>()
  const tries = shownTries(fetched.data ?? [], instance.data)
  const tryNumber = chosen ?? tries.at(-1)?.try_number
  return (
    <section aria-label={text.task.task} className="@container flex h-full flex-col pt-3">
      <div className="flex h-8 items-center gap-3 px-4">
        <h2 className="truncate text-base font-semibold" title={name.taskId}>
          {name.taskId}
        </h2>
        {instance.data && (
          <span role="status" className="flex">
            <StateChip state={instance.data.state} tryNumber={instance.data.try_number} />
          </span>
        )}
        <span className="flex-1" />
        <ChangeButtons subject={subject} />
        <button type="button" onClick={onRun} className="whitespace-nowrap text-soft hover:text-accent">
          {text.run.title}
        </button>
        <Link
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{ dagId: name.dagId, runId: name.runId, taskId: name.taskId }}
          className="whitespace-nowrap text-accent hover:underline"
        >
          {text.task.openTask}
        </Link>
      </div>
      <div className="flex items-center gap-3 border-b px-4 pt-1">
        <PanelTabs view={view} onView={setView} />
        {tries.length > 1 && tryNumber !== undefined && <TryTabs tries={tries} chosen={tryNumber} onChoose={setChosen} />}
      </div>
      {instance.error && <ErrorNote error={instance.error} onRetry={() => void instance.refetch()} />}
      {instance.data && isWaiting(instance.data.state) && <WhySection name={name} />}
      {instance.data && view === 'facts' && (
        <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-3 pb-6">
          <TaskFacts name={name} instance={instance.data} shown={tries.find((one) => one.try_number === tryNumber)} />
        </div>
      )}
      {instance.data &&
        view === 'log' &&
        (tryNumber === undefined ? (
          <p className="p-4 text-soft">{isWaiting(instance.data.state) ? text.task.notStarted : text.task.neverRan}</p>
        ) : (
          <LogViewer key={tryNumber} name={name} tryNumber={tryNumber} fromStart={tries.find((one) => one.try_number === tryNumber)?.state === 'success'} />
        ))}
    </section>
  )
}
