import { useMemo } from 'react'
import type { TaskInstance } from '../../api/types.ts'
import { StateChip } from '../../states/state-chip.tsx'
import { worstState } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'
import { ChangeButtons } from '../change/change-buttons.tsx'
import { TaskList } from '../run/task-list.tsx'

interface Props {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  readonly instances: readonly TaskInstance[]
  /** Leads back to the run. */
  readonly onRun: () => void
}

/** A mapped task beside the grid or the graph: its instances, and what can be done with all of them. */
export const MappedPanel = ({ dagId, runId, taskId, instances, onRun }: Props) => {
  const subject = useMemo(() => ({ what: 'task', dagId, runId, taskId, mapIndex: null }) as const, [dagId, runId, taskId])
  return (
    <section aria-label={text.task.task} className="@container h-full overflow-y-auto px-4 pt-3 pb-6">
      <div className="mb-2 flex h-8 items-center gap-3">
        <h2 className="truncate text-base font-semibold" title={taskId}>
          {taskId}
        </h2>
        <span role="status" className="flex">
          <StateChip state={worstState(instances.map((instance) => instance.state))} />
        </span>
        <span className="flex-1" />
        <ChangeButtons subject={subject} />
        <button type="button" onClick={onRun} className="whitespace-nowrap text-soft hover:text-accent">
          {text.run.title}
        </button>
      </div>
      <p className="mb-2 text-soft">{text.task.mapped(instances.length)}</p>
      <TaskList instances={instances} />
    </section>
  )
}
