/** Which runs and instances a clear or a mark is about (SEMANTICS 5). */
import { type Refusal, refused } from './answer.ts'
import { type Dag, instancesOf, type Run, type TaskInstance } from './column-state.ts'
import type { ClearArgs, MarkArgs, Touched } from './command-args.ts'
import { ancestors, descendants, type Graph } from './graph.ts'
import { runsBetween } from './run-dates.ts'

type Selection = Pick<ClearArgs & MarkArgs, 'runId' | 'from' | 'to' | 'tasks' | 'past' | 'future' | 'upstream' | 'downstream' | 'seenTries'>

export interface Picked {
  readonly run: Run
  readonly tasks: readonly TaskInstance[]
}

/** Ids of the runs, in memory or archived: one, those before and after it, or all from one logical date to another. */
export const selectedRuns = (dag: Dag, { runId, from, to, past, future }: Selection): readonly string[] | Refusal => {
  const ids = new Set<string>()
  if (runId === undefined) {
    if (from === undefined && to === undefined) return refused('bad_request', 'name a run (runId), or the first and last logical date (from, to)')
    for (const id of runsBetween(dag, from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY)) ids.add(id)
  } else {
    const date = (dag.runs.get(runId) ?? dag.archived.get(runId))?.logicalDate
    if (date === undefined) return refused('run_not_found', `DAG ${dag.dagId} has no run ${runId}`)
    ids.add(runId)
    if (past && date !== null) for (const id of runsBetween(dag, Number.NEGATIVE_INFINITY, date)) ids.add(id)
    if (future && date !== null) for (const id of runsBetween(dag, date, Number.POSITIVE_INFINITY)) ids.add(id)
  }
  return [...ids]
}

/** The instances of one run that are named, with everything up- and downstream where asked. Tasks that the run does not have are left out. */
export const pickTasks = (run: Run, graph: Graph, { tasks, upstream, downstream, seenTries }: Selection): readonly TaskInstance[] => {
  const picked = new Set<TaskInstance>()
  const whole = new Set<string>()
  if (tasks === undefined) for (const taskId of graph.tasks.keys()) whole.add(taskId)
  for (const { taskId, mapIndex } of tasks ?? []) {
    if (!graph.tasks.has(taskId)) continue
    if (mapIndex === undefined) whole.add(taskId)
    else for (const task of instancesOf(run, taskId)) if (task.mapIndex === mapIndex) picked.add(task)
    if (upstream) for (const id of ancestors(graph, taskId)) whole.add(id)
    if (downstream) for (const id of descendants(graph, taskId)) whole.add(id)
  }
  for (const taskId of whole) for (const task of instancesOf(run, taskId)) picked.add(task)
  if (seenTries === undefined) return [...picked]
  // Whoever asked saw another try than the present one: it went on since, and is left alone.
  return [...picked].filter(({ key, tryNumber }) => (seenTries[`${run.runId}/${key}`] ?? tryNumber) === tryNumber)
}

/** A task id that none of the runs has, or null. */
export const unknownTask = (runs: readonly Run[], { tasks }: Selection, graphOf: (run: Run) => Graph): string | null =>
  tasks?.find(({ taskId }) => runs.length > 0 && !runs.some((run) => graphOf(run).tasks.has(taskId)))?.taskId ?? null

const listed = 2000

/** What an answer tells of it, as it stands now. */
export const touchedBy = (picked: readonly Picked[]): Touched => {
  const all = picked.flatMap(({ run, tasks }) => tasks.map((task) => ({ run, task })))
  return {
    instances: all.slice(0, listed).map(({ run, task }) => ({
      runId: run.runId,
      taskId: task.taskId,
      mapIndex: task.mapIndex,
      state: task.state,
      tryNumber: task.tryNumber,
    })),
    total: all.length,
    runs: picked.map(({ run }) => run.runId),
  }
}
