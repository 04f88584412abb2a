import { Link } from '@tanstack/react-router'
import type { TaskInstance } from '../../api/types.ts'
import { Duration } from '../../parts/duration.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { stateName } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'
import { instanceLabel } from '../instance-label.ts'

interface Props {
  readonly instances: readonly TaskInstance[]
}

/** Task instances of a run; each leads to its log. */
export const TaskList = ({ instances }: Props) => (
  <ul aria-label={text.run.tasks} className="-mx-2 max-w-[720px]">
    {instances.map((instance) => (
      <li key={instance.id}>
        <Link
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{ dagId: instance.dag_id, runId: instance.dag_run_id, taskId: instance.task_id }}
          search={instance.map_index < 0 ? {} : { map: instance.map_index }}
          aria-label={`${instanceLabel(instance)}: ${text.states[stateName(instance.state)]}`}
          className="flex h-8 items-center gap-2.5 rounded-md px-2 hover:bg-hover"
        >
          <StateIcon state={instance.state} tryNumber={instance.try_number} decorative />
          <span className="min-w-0 flex-1 truncate">{instanceLabel(instance)}</span>
          <span className="truncate text-soft max-sm:hidden">{instance.operator_name}</span>
          <span className="tabular w-14 text-right text-soft">{instance.try_number > 1 ? text.task.attempt(instance.try_number) : ''}</span>
          <span className="w-16 text-right text-soft">
            <Duration start={instance.start_date} end={instance.end_date} />
          </span>
        </Link>
      </li>
    ))}
  </ul>
)
