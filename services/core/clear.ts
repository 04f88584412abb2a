/**
 * Clear (SEMANTICS 5): finished tries stay in the history, the instances go to none and run again with a fresh set of retries, the run goes back to
 * queued. A running instance is stopped first (`restarting`): its token is no longer the instance's, which makes the executor cancel it, and no other
 * attempt of it starts before it is gone (PROTOCOL I).
 */
import { type Answer, isRefusal, refused, told } from './answer.ts'
import { type Dag, instancesOf, type Run, type TaskInstance, type VersionState } from './column-state.ts'
import type { ClearArgs } from './command-args.ts'
import type { Deciding } from './decide.ts'
import type { Graph } from './graph.ts'
import { beginRun, consider } from './look-below.ts'
import { bringBackPicked, runsFor } from './revive.ts'
import { type Picked, pickTasks, selectedRuns, touchedBy, unknownTask } from './select.ts'
import { isFinished, isRunFinished } from './states.ts'
import { takeAway } from './task-change.ts'
import { takeBackBelow } from './wait-again.ts'

export const clear = (d: Deciding, dag: Dag, args: ClearArgs): Answer => {
  const ids = selectedRuns(dag, args)
  const runs = isRefusal(ids) ? ids : runsFor(d, dag, ids)
  if (isRefusal(runs)) return runs
  const latest = args.latestVersion ? (dag.versions.get(dag.version) ?? null) : null
  const graphOf = (run: Run): Graph => (latest ?? run.version).graph
  const unknown = unknownTask(runs, args, graphOf)
  if (unknown !== null) return refused('task_not_found', `there is no task ${unknown} in the runs to clear`)
  const picked: Picked[] = []
  for (const run of runs) {
    const tasks = withScopes(run, graphOf(run), pickTasks(run, graphOf(run), args).filter(filterOf(args)))
    if (tasks.length > 0) picked.push({ run, tasks })
  }
  const touched = touchedBy(picked)
  if (args.dryRun) return told(touched)
  const goOn = bringBackPicked(d, dag, picked).map(({ run, tasks }) => clearRun(d, dag, run, tasks, latest))
  // Not before all of them are cleared: what a task looks at in the run before may be among them.
  for (const go of goOn) go()
  return told(touched)
}

const filterOf =
  ({ onlyFailed, onlyRunning }: ClearArgs) =>
  (task: TaskInstance): boolean => {
    if (!onlyFailed && !onlyRunning) return true
    return (onlyFailed === true && (task.state === 'failed' || task.state === 'upstream_failed')) || (onlyRunning === true && task.state === 'running')
  }

/** Clearing a work task clears its setups and teardowns; clearing a setup clears its teardowns. */
const withScopes = (run: Run, graph: Graph, tasks: readonly TaskInstance[]): readonly TaskInstance[] => {
  const all = new Set(tasks)
  for (const { taskId } of tasks) {
    const node = graph.tasks.get(taskId)
    const setups = node?.definition.setup ? [taskId] : (node?.setupsAbove ?? [])
    for (const setup of setups)
      for (const id of [setup, ...(graph.teardownsOf.get(setup) ?? [])]) for (const instance of instancesOf(run, id)) all.add(instance)
  }
  return [...all]
}

/** Clears instances of one run, with `latest` for that version; what it answers lets the run go on from there. */
export const clearRun = (
  d: Deciding,
  dag: Dag,
  run: Run,
  tasks: readonly TaskInstance[],
  latest: VersionState | null,
  backfillId: string | null = null,
): (() => void) => {
  const isNewVersion = latest !== null && latest.version !== run.version.version
  if (isNewVersion) adoptVersion(d, dag, run, latest)
  for (const task of tasks) clearTask(d, dag, run, task)
  const early = takeBackBelow(d, dag, run, tasks)
  return () => {
    if (isRunFinished(run.state)) requeue(d, dag, run, 'cleared', backfillId)
    else if (isNewVersion && run.state === 'running') beginRun(d, dag, run)
    else for (const task of [...tasks, ...early]) consider(d, dag, run, task)
  }
}

export const clearTask = (d: Deciding, dag: Dag, run: Run, task: TaskInstance): void => {
  if (task.state === 'none' || run.tasks.get(task.key) !== task) return
  const gone = task.state === 'removed' && !run.version.graph.tasks.has(task.taskId)
  if (gone) return
  if (task.state === 'running') takeAway(d, dag, run, task, 'restarting', 'cleared')
  takeAway(d, dag, run, task, 'none', 'cleared', { infraTries: 0 })
}

export const requeue = (d: Deciding, dag: Dag, run: Run, reason: string, backfillId: string | null): void => {
  d.emit({ type: 'RunStateChanged', dagId: dag.dagId, runId: run.runId, n: run.n + 1, at: d.now, state: 'queued', reason, backfillId })
  d.toStart.add(dag)
}

/** Instances that the new version does not have stay, as `removed` where they were unfinished. */
const adoptVersion = (d: Deciding, dag: Dag, run: Run, version: VersionState): void => {
  for (const task of [...run.tasks.values()]) {
    const node = version.graph.tasks.get(task.taskId)
    const isGone = !node || (task.mapIndex >= 0 && node.unit === null)
    if (isGone && !isFinished(task.state)) takeAway(d, dag, run, task, 'removed', 'cleared')
  }
  d.emit({ type: 'RunVersionChanged', dagId: dag.dagId, runId: run.runId, n: run.n + 1, at: d.now, version: version.version })
}
