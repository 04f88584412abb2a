import type { Dag, Run, TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { isFinished } from './states.ts'
import { takeAway } from './task-change.ts'

/** failFast: when a task failed for good, what runs fails, and what has not begun is skipped. Teardowns go on: they clean up. */
export const failFast = (d: Deciding, dag: Dag, run: Run, failed: TaskInstance): void => {
  const error = { type: 'fail_fast', message: `${failed.key} failed, and the DAG is to fail fast`, stack: null }
  for (const task of [...run.tasks.values()]) {
    const definition = run.version.graph.tasks.get(task.taskId)?.definition
    if (isFinished(task.state) || !definition || definition.teardown !== null) continue
    if (task.state === 'running') takeAway(d, dag, run, task, 'failed', 'marked', { error })
    else takeAway(d, dag, run, task, 'skipped', `${failed.key} failed (fail fast)`)
  }
}
