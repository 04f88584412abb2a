/**
 * What follows from a decision's first events, in one loop: what is below an end is judged, ready instances are queued, free places are given away,
 * runs that are over end, and DAGs with room start the next. Each step may bring work for an earlier one; only what was touched is looked at.
 */
import type { Dag, Run, TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { lookBelow } from './look-below.ts'
import { pastHolds } from './past.ts'
import { freePlaces, hasTaskPlace, park, unparkBest } from './places.ts'
import { forgetOldRuns } from './retention.ts'
import { endIfOver } from './run-end.ts'
import { startRuns } from './start-runs.ts'
import { move } from './task-change.ts'

export const carryOn = (d: Deciding): void => {
  while (step(d));
}

const step = (d: Deciding): boolean => {
  const settled = d.settled.pop()
  if (settled) {
    lookBelow(d, settled.dag, settled.run, settled.task)
    return true
  }
  for (const [run, tasks] of d.ready) {
    d.ready.delete(run)
    const dag = d.column.dags.get(run.dagId)
    if (dag) queueAll(d, dag, run, tasks)
    return true
  }
  const freed = d.freed.pop()
  if (freed) {
    queueReady(d, freed.dag, freed.run)
    unpark(d, freed.dag, freed.run, freed.task.taskId)
    return true
  }
  for (const [run, dag] of d.touched) {
    d.touched.delete(run)
    endIfOver(d, dag, run)
    return true
  }
  for (const dag of d.toStart) {
    d.toStart.delete(dag) // a run that ends at once brings its DAG back in line
    startRuns(d, dag)
    forgetOldRuns(d, dag)
    return true
  }
  return false
}

/** Instances that became ready together: queued at once when there is room for all and nobody waits, else in line, best first. */
const queueAll = (d: Deciding, dag: Dag, run: Run, tasks: ReadonlySet<TaskInstance>): void => {
  const free = run.ready.size === 0 && tasks.size <= freePlaces(dag, run)
  for (const task of tasks) {
    const node = run.version.graph.tasks.get(task.taskId)
    // Judged when its run began; since then this decision may have made a run before it, which it waits for.
    if (task.state !== 'none' || !node || !pastHolds(dag, run, node)) continue
    if (free && hasTaskPlace(dag, run, task.taskId)) queueTask(d, dag, run, task)
    else move(d, dag, run, task, 'scheduled')
  }
  queueReady(d, dag, run)
}

/** Queues scheduled instances, best first, while the run may have more of them active. */
const queueReady = (d: Deciding, dag: Dag, run: Run): void => {
  while (freePlaces(dag, run) > 0) {
    const task = run.ready.pop()
    if (!task) return
    if (task.state !== 'scheduled') continue
    if (hasTaskPlace(dag, run, task.taskId)) queueTask(d, dag, run, task)
    else park(dag, run, task)
  }
}

/** A place of the task may be free: those that waited for one, best first, over all runs, get in line of their run again. */
const unpark = (d: Deciding, dag: Dag, run: Run, taskId: string): void => {
  if (dag.parked.size === 0) return
  for (let next = unparkBest(dag, run, taskId); next; next = unparkBest(dag, run, taskId)) {
    next.run.ready.push(next.task)
    queueReady(d, dag, next.run)
  }
}

/** A poke goes on with the try it is in; anything else that is queued is a new try. */
const queueTask = (d: Deciding, dag: Dag, run: Run, task: TaskInstance): void =>
  move(d, dag, run, task, 'queued', { tryNumber: task.poking ? task.tryNumber : task.tryNumber + 1, token: d.token() })
