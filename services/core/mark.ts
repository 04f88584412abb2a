/** Mark success, failed or skipped (SEMANTICS 5), on instances or on whole runs. What runs is stopped: the executor cancels by the reason `marked`. */
import { type Answer, isRefusal, refused, told } from './answer.ts'
import { clearTask, requeue } from './clear.ts'
import { type Dag, instancesOf, type Run, type TaskInstance } from './column-state.ts'
import type { MarkArgs } from './command-args.ts'
import type { Deciding } from './decide.ts'
import { descendants } from './graph.ts'
import { consider } from './look-below.ts'
import { bringBackPicked, runsFor } from './revive.ts'
import { changedVerdict } from './run-end.ts'
import { type Picked, pickTasks, selectedRuns, touchedBy, unknownTask } from './select.ts'
import { isFinished, isRunFinished, type TaskState } from './states.ts'
import { takeAway } from './task-change.ts'
import { takeBackBelow } from './wait-again.ts'

export const mark = (d: Deciding, dag: Dag, args: MarkArgs): Answer => {
  const { state, wholeRun } = args
  if (wholeRun && state === 'skipped') return refused('bad_request', 'mark: a run is success or failed, not skipped')
  const ids = selectedRuns(dag, args)
  const runs = isRefusal(ids) ? ids : runsFor(d, dag, ids)
  if (isRefusal(runs)) return runs
  const unknown = unknownTask(runs, args, (run) => run.version.graph)
  if (unknown !== null) return refused('task_not_found', `there is no task ${unknown} in the runs to mark`)
  const picked: Picked[] = []
  for (const run of runs) {
    const tasks = wholeRun ? ofWholeRun(run, state) : pickTasks(run, run.version.graph, args).filter((task) => task.state !== state)
    if (tasks.length > 0 || (wholeRun && run.state !== state)) picked.push({ run, tasks })
  }
  const touched = touchedBy(picked)
  if (args.dryRun) return told(touched)
  const chosen = bringBackPicked(d, dag, picked)
  if (wholeRun) for (const { run, tasks } of chosen) markRun(d, dag, run, tasks, state === 'success' ? 'success' : 'failed')
  else {
    const goOn = chosen.map(({ run, tasks }) => markTasks(d, dag, run, tasks, state))
    // Not before all of them are marked: what a task looks at in the run before may be among them.
    for (const go of goOn) go()
  }
  return told(touched)
}

/** Success makes everything a success, failed ends what has not ended. A teardown that runs goes on: it cleans up. */
const ofWholeRun = (run: Run, state: TaskState): readonly TaskInstance[] =>
  [...run.tasks.values()].filter((task) => {
    const definition = run.version.graph.tasks.get(task.taskId)?.definition
    if (!definition || (definition.teardown !== null && task.state === 'running')) return false
    return state === 'success' ? task.state !== 'success' : !isFinished(task.state)
  })

const markRun = (d: Deciding, dag: Dag, run: Run, tasks: readonly TaskInstance[], state: 'success' | 'failed'): void => {
  const underWay: ReadonlySet<TaskState> = new Set(['running', 'deferred', 'up_for_reschedule'])
  for (const task of tasks) takeAway(d, dag, run, task, state === 'success' ? 'success' : underWay.has(task.state) ? 'failed' : 'skipped', 'marked')
  if (run.state !== state) setRun(d, dag, run, state)
}

const setRun = (d: Deciding, dag: Dag, run: Run, state: 'success' | 'failed'): void => {
  d.emit({ type: 'RunStateChanged', dagId: dag.dagId, runId: run.runId, n: run.n + 1, at: d.now, state, reason: 'marked', backfillId: null })
  d.toStart.add(dag)
}

/** As in Airflow, what failed below a marked instance is cleared; what it answers lets the run go on from there. */
const markTasks = (d: Deciding, dag: Dag, run: Run, tasks: readonly TaskInstance[], state: MarkArgs['state']): (() => void) => {
  for (const task of tasks) takeAway(d, dag, run, task, state, 'marked')
  const below = state === 'failed' ? [] : failedBelow(run, tasks)
  for (const task of below) clearTask(d, dag, run, task)
  const early = takeBackBelow(d, dag, run, [...tasks, ...below])
  return () => {
    if (isRunFinished(run.state)) {
      const verdict = changedVerdict(run)
      if (run.unfinished > 0) requeue(d, dag, run, 'marked', null)
      else if (verdict !== null) setRun(d, dag, run, verdict)
    } else for (const task of [...below, ...early]) consider(d, dag, run, task)
  }
}

const failedBelow = (run: Run, tasks: readonly TaskInstance[]): readonly TaskInstance[] => {
  const marked = new Set(tasks)
  const ids = new Set<string>()
  for (const taskId of new Set(tasks.map((task) => task.taskId))) for (const id of descendants(run.version.graph, taskId)) ids.add(id)
  return [...ids].flatMap((id) => instancesOf(run, id)).filter((task) => !marked.has(task) && (task.state === 'failed' || task.state === 'upstream_failed'))
}
