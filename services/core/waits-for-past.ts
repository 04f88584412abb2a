import type { Dag, Run } from './column-state.ts'
import { judge } from './judge.ts'
import { pastHolds } from './past.ts'

/** Whether some instance could run but for the run before: then nothing is stuck. Looked at only when the run stands still. */
export const waitsForPast = (dag: Dag, run: Run): boolean => {
  if (!run.version.graph.looksBack) return false
  for (const task of run.tasks.values()) {
    const node = task.state === 'none' ? run.version.graph.tasks.get(task.taskId) : undefined
    if (node && judge(node, task) === 'run' && !pastHolds(dag, run, node)) return true
  }
  return false
}
