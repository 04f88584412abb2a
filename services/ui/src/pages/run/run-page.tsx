import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useRun } from '../../data/use-run.ts'
import { useTaskInstances } from '../../data/use-task-instances.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Section } from '../../parts/section.tsx'
import { StateChip } from '../../states/state-chip.tsx'
import { text } from '../../strings/text.ts'
import { ChangeButtons } from '../change/change-buttons.tsx'
import { Crumbs } from '../crumbs.tsx'
import { useFavicon } from '../dag/use-favicon.ts'
import { RunEvents } from './run-events.tsx'
import { RunFacts } from './run-facts.tsx'
import { TaskList } from './task-list.tsx'

const route = getRouteApi('/dags/$dagId/runs/$runId')

/** One run: what it is and how its tasks stand. */
export const RunPage = () => {
  const { dagId, runId } = route.useParams()
  const run = useRun(dagId, runId)
  const instances = useTaskInstances(dagId, runId)
  const subject = useMemo(() => ({ what: 'run', dagId, runId }) as const, [dagId, runId])
  useFavicon(run.data?.state)
  return (
    <div className="h-full overflow-y-auto px-4 pt-3 pb-8">
      <title>{`${dagId} · ${runId} · ${text.product}`}</title>
      <div className="flex min-h-8 flex-wrap items-center gap-x-4">
        <Crumbs dagId={dagId} here={runId} />
        {run.data && <StateChip state={run.data.state} />}
        <span className="flex-1" />
        <ChangeButtons subject={subject} />
        <Link to="/dags/$dagId" params={{ dagId }} search={{ run: runId }} className="text-accent hover:underline">
          {text.dag.tabs.grid}
        </Link>
        <Link to="/dags/$dagId/graph" params={{ dagId }} search={{ run: runId }} className="text-accent hover:underline">
          {text.dag.tabs.graph}
        </Link>
      </div>
      {run.error && <ErrorNote error={run.error} onRetry={() => void run.refetch()} />}
      <div className="mt-2 grid max-w-[1200px] gap-x-10 lg:grid-cols-[minmax(320px,2fr)_3fr]">
        <div>
          {run.data && <RunFacts run={run.data} />}
          {run.data && <RunEvents run={run.data} />}
        </div>
        <div className="max-lg:mt-2 lg:-mt-4">
          <Section title={text.run.tasks}>
            {instances.error && <ErrorNote error={instances.error} onRetry={() => void instances.refetch()} />}
            {instances.data && <TaskList instances={instances.data.task_instances} />}
          </Section>
        </div>
      </div>
    </div>
  )
}
