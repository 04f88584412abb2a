/**
 * Below what is cleared or marked, an instance that has not begun waits again where its rule does not hold any more: Airflow, too, looks at the rule
 * once more before a task starts (TaskInstance.check_and_change_state_before_execution). A try that has begun goes on; the next one of it waits.
 */
import { type Dag, instancesOf, type Run, type TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { judge } from './judge.ts'
import { consider } from './look-below.ts'
import { makeReady, move, takeAway } from './task-change.ts'

/** Takes back what stands in line below these instances, to be considered anew once all of them are changed. */
export const takeBackBelow = (d: Deciding, dag: Dag, run: Run, changed: readonly TaskInstance[]): readonly TaskInstance[] => {
  const below = new Set<string>()
  for (const id of new Set(changed.map((task) => task.taskId))) for (const { taskId } of run.version.graph.tasks.get(id)?.countedBy ?? []) below.add(taskId)
  const early = [...below].flatMap((id) => instancesOf(run, id)).filter((task) => isInLine(task) && !mayRun(run, task))
  for (const task of early) takeAway(d, dag, run, task, 'none', 'cleared')
  return early
}

/** The next try of an instance: in line, or back to waiting with the retries that it has left. */
export const tryAgain = (d: Deciding, dag: Dag, run: Run, task: TaskInstance): void => {
  if (mayRun(run, task)) return makeReady(d, dag, run, task)
  move(d, dag, run, task, 'none', { reason: 'upstream_cleared' })
  consider(d, dag, run, task)
}

/** What got its trigger's event goes on with it. */
const isInLine = ({ state, resume }: TaskInstance): boolean => (state === 'scheduled' || state === 'queued') && resume === null

const mayRun = (run: Run, task: TaskInstance): boolean => {
  const node = run.version.graph.tasks.get(task.taskId)
  return !node || judge(node, task) === 'run'
}
