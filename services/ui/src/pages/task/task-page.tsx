import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTaskInstance, useTries } from '../../data/use-task-instance.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { StateChip } from '../../states/state-chip.tsx'
import { isWaiting } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'
import { ChangeButtons } from '../change/change-buttons.tsx'
import { useInstanceSubject } from '../change/use-instance-subject.ts'
import { Crumbs } from '../crumbs.tsx'
import { LogViewer } from './log/log-viewer.tsx'
import { PanelTabs } from './panel-tabs.tsx'
import { shownTries } from './shown-tries.ts'
import { TaskFacts } from './task-facts.tsx'
import { TryTabs } from './try-tabs.tsx'
import { WhySection } from './why-section.tsx'

const route = getRouteApi('/dags/$dagId/runs/$runId/tasks/$taskId')

/** One task instance: the log of a try, and its facts beside it (on a phone, behind a tab). */
export const TaskPage = () => {
  const { dagId, runId, taskId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const name = { dagId, runId, taskId, mapIndex: search.map ?? -1 }
  const instance = useTaskInstance(name)
  const subject = useInstanceSubject(name)
  const fetched = useTries(name)
  const [view, setView] = useState<'log' | 'facts'>('log')
  const tries = shownTries(fetched.data ?? [], instance.data)
  const tryNumber = search.try ?? tries.at(-1)?.try_number
  const choose = (next: number): void => void navigate({ search: (now) => ({ ...now, try: next }), replace: true })
  return (
    <div className="flex h-full flex-col">
      <title>{`${taskId} · ${dagId} · ${text.product}`}</title>
      <div className="flex min-h-8 flex-wrap items-center gap-x-4 px-4 pt-3">
        <Crumbs dagId={dagId} runId={runId} here={taskId} />
        {instance.data && (
          <span role="status" className="flex">
            <StateChip state={instance.data.state} tryNumber={instance.data.try_number} />
          </span>
        )}
        <span className="flex-1" />
        <ChangeButtons subject={subject} />
        <Link to="/dags/$dagId" params={{ dagId }} search={{ run: runId, task: taskId }} className="text-accent hover:underline">
          {text.dag.tabs.grid}
        </Link>
      </div>
      <div className="flex min-h-10 items-center gap-3 border-b px-4">
        <span className="lg:hidden">
          <PanelTabs view={view} onView={setView} />
        </span>
        {tryNumber !== undefined && <TryTabs tries={tries} chosen={tryNumber} onChoose={choose} />}
      </div>
      {instance.error && <ErrorNote error={instance.error} onRetry={() => void instance.refetch()} />}
      {instance.data && isWaiting(instance.data.state) && <WhySection name={name} />}
      {instance.data && (
        <div className="grid min-h-0 flex-1 lg:grid-cols-[minmax(0,1fr)_340px]">
          <div className={`flex min-h-0 min-w-0 flex-col ${view === 'log' ? '' : 'max-lg:hidden'}`}>
            {tryNumber === undefined ? (
              <p className="p-4 text-soft">{isWaiting(instance.data.state) ? text.task.notStarted : text.task.neverRan}</p>
            ) : (
              <LogViewer key={tryNumber} name={name} tryNumber={tryNumber} fromStart={tries.find((one) => one.try_number === tryNumber)?.state === 'success'} />
            )}
          </div>
          <aside aria-label={text.task.facts} className={`min-h-0 overflow-y-auto px-4 pt-3 pb-6 lg:border-l ${view === 'facts' ? '' : 'max-lg:hidden'}`}>
            <TaskFacts name={name} instance={instance.data} shown={tries.find((one) => one.try_number === tryNumber)} />
          </aside>
        </div>
      )}
    </div>
  )
}
