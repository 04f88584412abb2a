import { useTaskInstances } from '../../data/use-task-instances.ts'
import { text } from '../../strings/text.ts'
import { RunPanel } from '../run/run-panel.tsx'
import { MappedPanel } from '../task/mapped-panel.tsx'
import { TaskPanel } from '../task/task-panel.tsx'

interface Props {
  readonly dagId: string
  readonly runId: string | undefined
  readonly taskId: string | undefined
  readonly onSelect: (runId: string | undefined, taskId: string | undefined) => void
}

/** Details of what is selected beside it: a run, or a task of it. */
export const SelectionPanel = ({ dagId, runId, taskId, onSelect }: Props) => {
  if (runId === undefined) return <p className="p-4 text-soft">{text.grid.choose}</p>
  if (taskId === undefined) return <RunPanel key={runId} dagId={dagId} runId={runId} />
  return <SelectedTask key={`${runId}/${taskId}`} dagId={dagId} runId={runId} taskId={taskId} onRun={() => onSelect(runId, undefined)} />
}

interface SelectedProps {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  readonly onRun: () => void
}

/** A task that is not mapped has one instance, and its log is shown; of a mapped one the instances are. */
const SelectedTask = ({ dagId, runId, taskId, onRun }: SelectedProps) => {
  const instances = useTaskInstances(dagId, runId)
  if (instances.isPending) return null
  const mapped = (instances.data?.task_instances ?? []).filter((one) => one.task_id === taskId && one.map_index >= 0)
  if (mapped.length > 0) return <MappedPanel dagId={dagId} runId={runId} taskId={taskId} instances={mapped} onRun={onRun} />
  return <TaskPanel name={{ dagId, runId, taskId, mapIndex: -1 }} onRun={onRun} />
}
