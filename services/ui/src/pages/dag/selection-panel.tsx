import { text } from '../../strings/text.ts'
import { RunPanel } from '../run/run-panel.tsx'
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
  return <TaskPanel key={`${runId}/${taskId}`} name={{ dagId, runId, taskId, mapIndex: -1 }} onRun={() => onSelect(runId, undefined)} />
}
