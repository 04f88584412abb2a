import { Link } from '@tanstack/react-router'
import type { AssetEvent } from '../../api/types.ts'
import { CopyId } from '../../parts/copy-id.tsx'
import { JsonText } from '../../parts/json-text.tsx'
import { Time } from '../../parts/time.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { text } from '../../strings/text.ts'

interface Props {
  readonly event: AssetEvent
  /** Where several datasets stand in one list. */
  readonly withUri?: boolean
}

const { datasets: words } = text
const mostRuns = 6

const Source = ({ event }: { readonly event: AssetEvent }) => {
  const { source_dag_id: dagId, source_run_id: runId, source_task_id: taskId } = event
  if (dagId === null || runId === null || taskId === null) return <span className="truncate text-soft">{event.producer ?? words.outside}</span>
  return (
    <Link
      to="/dags/$dagId/runs/$runId/tasks/$taskId"
      params={{ dagId, runId, taskId }}
      search={event.source_map_index < 0 ? {} : { map: event.source_map_index }}
      title={runId}
      className="min-w-0 truncate hover:text-accent hover:underline"
    >
      {dagId} · {taskId}
      {event.source_map_index >= 0 && ` [${event.source_map_index}]`}
    </Link>
  )
}

/** One event: when, which run made it, which runs took it; extra and id unfold. */
export const EventRow = ({ event, withUri = false }: Props) => {
  const hasExtra = Object.keys(event.extra).length > 0
  return (
    <li className="border-b">
      <details>
        <summary
          title={words.event.unfold}
          className="grid cursor-pointer list-none grid-cols-[84px_minmax(0,1fr)_minmax(0,1fr)] items-baseline gap-x-4 px-4 py-1.5 hover:bg-hover"
        >
          <Time at={event.timestamp} />
          <span className="flex min-w-0 flex-wrap gap-x-2">
            {withUri && (
              <Link
                to="/datasets/$datasetId"
                params={{ datasetId: String(event.asset_id) }}
                className="min-w-0 truncate font-mono text-xs leading-5 hover:text-accent hover:underline"
              >
                {event.uri}
              </Link>
            )}
            <Source event={event} />
          </span>
          <span className="flex min-w-0 flex-wrap gap-x-3">
            {event.created_dagruns.length === 0 && <span className="text-faint">{words.event.nobody}</span>}
            {event.created_dagruns.slice(0, mostRuns).map((run) => (
              <Link
                key={`${run.dag_id}/${run.run_id}`}
                to="/dags/$dagId/runs/$runId"
                params={{ dagId: run.dag_id, runId: run.run_id }}
                title={run.run_id}
                className="flex min-w-0 items-center gap-1.5 hover:text-accent hover:underline"
              >
                <StateIcon state={run.state} size={14} />
                <span className="truncate">{run.dag_id}</span>
              </Link>
            ))}
            {event.created_dagruns.length > mostRuns && <span className="text-soft">+{event.created_dagruns.length - mostRuns}</span>}
          </span>
        </summary>
        <div className="grid gap-2 px-4 pb-3">
          <span className="flex text-soft">
            <CopyId value={event.event_id} what={words.event.id} />
          </span>
          {hasExtra && <JsonText value={event.extra} />}
        </div>
      </details>
    </li>
  )
}
