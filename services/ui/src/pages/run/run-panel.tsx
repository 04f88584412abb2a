import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useRun } from '../../data/use-run.ts'
import { useTaskInstances } from '../../data/use-task-instances.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { StateChip } from '../../states/state-chip.tsx'
import { text } from '../../strings/text.ts'
import { ChangeButtons } from '../change/change-buttons.tsx'
import { RunEvents } from './run-events.tsx'
import { RunFacts } from './run-facts.tsx'
import { TaskList } from './task-list.tsx'

interface Props {
  readonly dagId: string
  readonly runId: string
}

/** A run beside the grid or the graph. */
export const RunPanel = ({ dagId, runId }: Props) => {
  const run = useRun(dagId, runId)
  const instances = useTaskInstances(dagId, runId)
  const subject = useMemo(() => ({ what: 'run', dagId, runId }) as const, [dagId, runId])
  return (
    <section aria-label={text.run.title} className="@container h-full overflow-y-auto px-4 pt-3 pb-6">
      <div className="mb-2 flex h-8 items-center gap-3">
        <h2 className="text-base font-semibold">{text.run.title}</h2>
        {run.data && (
          <span role="status" className="flex">
            <StateChip state={run.data.state} />
          </span>
        )}
        <span className="min-w-0 truncate text-soft">{run.data && <Time at={run.data.start_date ?? run.data.queued_at ?? run.data.run_after} />}</span>
        <span className="flex-1" />
        <ChangeButtons subject={subject} />
        <Link to="/dags/$dagId/runs/$runId" params={{ dagId, runId }} className="whitespace-nowrap text-accent hover:underline">
          {text.run.open}
        </Link>
      </div>
      {run.error && <ErrorNote error={run.error} onRetry={() => void run.refetch()} />}
      {run.data && <RunFacts run={run.data} />}
      {run.data && <RunEvents run={run.data} />}
      <Section title={text.run.tasks}>
        {instances.error && <ErrorNote error={instances.error} onRetry={() => void instances.refetch()} />}
        {instances.data && <TaskList instances={instances.data.task_instances} />}
      </Section>
    </section>
  )
}
