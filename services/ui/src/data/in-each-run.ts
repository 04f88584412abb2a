import type { TaskInstances } from '../api/types.ts'
import type { RangeSubject } from './change-subject.ts'

/** One request for each run of a range, one after the other and oldest first; what they touch, together. */
export const inEachRun = async ({ runs }: RangeSubject, ask: (runId: string, taskIds: readonly string[]) => Promise<TaskInstances>): Promise<TaskInstances> => {
  const answers: TaskInstances[] = []
  for (const { runId, taskIds } of runs) answers.push(await ask(runId, taskIds))
  return {
    task_instances: answers.flatMap((answer) => answer.task_instances),
    total_entries: answers.reduce((sum, answer) => sum + answer.total_entries, 0),
  }
}
