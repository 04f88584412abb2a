/** Notes for people, on runs and task instances, whatever their state. */
import { type Answer, done, isRefusal, refused } from './answer.ts'
import { type Dag, instancesOf } from './column-state.ts'
import type { NoteArgs } from './command-args.ts'
import type { Deciding } from './decide.ts'
import { bringBack, runsFor } from './revive.ts'
import { selectedRuns } from './select.ts'

export const setNote = (d: Deciding, dag: Dag, { runId, taskId, mapIndex, note }: NoteArgs): Answer => {
  const ids = selectedRuns(dag, { runId })
  const runs = isRefusal(ids) ? ids : runsFor(d, dag, ids)
  if (isRefusal(runs)) return runs
  const [found] = runs
  const named = taskId === undefined || !found ? [] : instancesOf(found, taskId).filter((task) => mapIndex === undefined || task.mapIndex === mapIndex)
  if (taskId !== undefined && named.length === 0)
    return refused('task_not_found', `run ${runId} has no task instance ${taskId}${mapIndex === undefined ? '' : `[${mapIndex}]`}`)
  const run = bringBack(d, dag, runId)
  if (!run) return refused('run_not_found', `DAG ${dag.dagId} has no run ${runId}`)
  const change = { type: 'NoteChanged', dagId: dag.dagId, runId, at: d.now, note: note ?? null } as const
  if (taskId === undefined) d.emit({ ...change, n: run.n + 1, taskId: null, mapIndex: -1, state: '', tryNumber: 0 })
  for (const { key, mapIndex: index } of named) {
    const task = run.tasks.get(key)
    if (task) d.emit({ ...change, n: run.n + 1, taskId: task.taskId, mapIndex: index, state: task.state, tryNumber: task.tryNumber })
  }
  return done
}
