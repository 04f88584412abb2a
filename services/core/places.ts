/**
 * Places that scheduled instances wait for (SEMANTICS 4): of their run (maxActiveTasks), of their task in the run (maxActiveTisPerRun), of their task
 * over all runs (maxActiveTis). Who lacks a place of the run waits in the run's `ready`, who lacks one of its task is `parked` with the DAG.
 */
import { type Dag, newParkedHeap, type Parked, type Run, type TaskInstance } from './column-state.ts'

/** How many more instances of the run may be active. A paused DAG gives no place. */
export const freePlaces = (dag: Dag, run: Run): number => (dag.paused || run.state !== 'running' ? 0 : run.version.definition.maxActiveTasks - run.active)

/** Which line an instance waits in for a place of its task; null: it has one. */
const lineOf = (dag: Dag, run: Run, taskId: string): string | null => {
  const definition = run.version.graph.tasks.get(taskId)?.definition
  if (!definition) return null
  const { maxActiveTis, maxActiveTisPerRun } = definition
  if (maxActiveTisPerRun !== null && (run.activeOf.get(taskId) ?? 0) >= maxActiveTisPerRun) return lineInRun(taskId, run)
  return maxActiveTis !== null && (dag.activeOf.get(taskId) ?? 0) >= maxActiveTis ? taskId : null
}

const lineInRun = (taskId: string, run: Run): string => `${taskId}\n${run.runId}`

/** Whether one more instance of the task may be active. */
export const hasTaskPlace = (dag: Dag, run: Run, taskId: string): boolean => lineOf(dag, run, taskId) === null

/** An instance that lacks a place of its task waits for one. */
export const park = (dag: Dag, run: Run, task: TaskInstance): void => {
  const name = lineOf(dag, run, task.taskId) ?? task.taskId
  const line = dag.parked.get(name) ?? newParkedHeap()
  dag.parked.set(name, line)
  line.push({ run, task })
}

/** The best instance that waited for a place of the task, which is free now; null: none. */
export const unparkBest = (dag: Dag, run: Run, taskId: string): Parked | null => {
  for (const name of [lineInRun(taskId, run), taskId]) {
    const line = dag.parked.get(name)
    for (let next = line?.peek(); line && next; next = line.peek()) {
      const isOld = next.task.state !== 'scheduled' || dag.runs.get(next.run.runId) !== next.run || next.run.tasks.get(next.task.key) !== next.task
      if (!isOld && name === taskId && isDagFull(dag, next.run, taskId)) break
      if (!isOld && name !== taskId && lineOf(dag, next.run, taskId) === name) break
      line.pop()
      if (!isOld) return next
    }
    if (line?.size === 0) dag.parked.delete(name)
  }
  return null
}

const isDagFull = (dag: Dag, run: Run, taskId: string): boolean => {
  const limit = run.version.graph.tasks.get(taskId)?.definition.maxActiveTis ?? null
  return limit !== null && (dag.activeOf.get(taskId) ?? 0) >= limit
}

/** After a checkpoint everything that is scheduled stands in `ready`: what only waits for a place of its task is parked. */
export const parkOrReady = (dag: Dag): void => {
  for (const run of dag.runs.values()) {
    const waiting: TaskInstance[] = []
    for (let task = run.ready.pop(); task; task = run.ready.pop()) waiting.push(task)
    for (const task of waiting)
      if (hasTaskPlace(dag, run, task.taskId)) run.ready.push(task)
      else park(dag, run, task)
  }
}
