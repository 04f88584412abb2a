/**
 * How a run goes on after one of its instances changed. Readiness is by the changed task only: its direct downstreams are looked at, never the
 * whole run. A skip, a failure or an empty task settles at once and goes on through a work list, all inside one decision.
 */
import type { Dag, Run, TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { isFinished } from './states.ts'
import { taskChange } from './task-change.ts'
import { verdictOf } from './trigger-rule.ts'

/** What one change led to, before it is carried on. */
interface Found {
  /** Finished instances whose downstreams have not been looked at. */
  readonly settled: TaskInstance[]
  /** Instances that may run. */
  readonly ready: TaskInstance[]
}

/** A run just became running: its roots are ready. */
export const beginRun = (d: Deciding, dag: Dag, run: Run): void => {
  const found: Found = { settled: [], ready: [] }
  for (const root of run.version.graph.roots) consider(d, run, run.tasks.get(root.definition.taskId), found)
  carryOn(d, dag, run, found)
}

/** `task` is finished: look below it, give its place to others, and end the run when it was the last. */
export const afterTaskEnded = (d: Deciding, dag: Dag, run: Run, task: TaskInstance): void => carryOn(d, dag, run, { settled: [task], ready: [] })

const carryOn = (d: Deciding, dag: Dag, run: Run, found: Found): void => {
  for (let task = found.settled.pop(); task; task = found.settled.pop())
    for (const below of run.version.graph.tasks.get(task.taskId)?.downstream ?? []) consider(d, run, run.tasks.get(below), found)
  if (run.ready.size === 0 && found.ready.length <= freePlaces(dag, run)) for (const task of found.ready) queueTask(d, run, task)
  else {
    for (const task of found.ready) d.emit(taskChange(run, task, 'scheduled', d.now))
    queueReady(d, dag, run)
  }
  if (run.unfinished === 0) endRun(d, dag, run)
}

/** Judges an instance in state none by its trigger rule. */
const consider = (d: Deciding, run: Run, task: TaskInstance | undefined, found: Found): void => {
  if (task?.state !== 'none') return
  const definition = run.version.graph.tasks.get(task.taskId)?.definition
  if (!definition) return
  const verdict = verdictOf(definition.triggerRule, task.upstream)
  if (verdict === 'wait') return
  if (verdict === 'run' && definition.operator !== 'empty') {
    found.ready.push(task)
    return
  }
  if (verdict === 'run') d.emit(taskChange(run, task, 'success', d.now, { tryNumber: task.tryNumber + 1 }))
  else d.emit(taskChange(run, task, verdict, d.now))
  found.settled.push(task)
}

/** Puts an instance that waited (for a retry, a poke) back in line. */
export const makeReady = (d: Deciding, dag: Dag, run: Run, task: TaskInstance): void => {
  d.emit(taskChange(run, task, 'scheduled', d.now))
  queueReady(d, dag, run)
}

/** Queues scheduled instances, best first, while the run may have more of them active. */
export const queueReady = (d: Deciding, dag: Dag, run: Run): void => {
  while (freePlaces(dag, run) > 0) {
    const task = run.ready.pop()
    if (!task) return
    if (task.state === 'scheduled') queueTask(d, run, task)
  }
}

/** How many more instances of the run may be active. A paused DAG gives no place. */
const freePlaces = (dag: Dag, run: Run): number => (dag.paused || run.state !== 'running' ? 0 : run.version.definition.maxActiveTasks - run.active)

/** A poke goes on with the try it is in; anything else that is queued is a new try. */
const queueTask = (d: Deciding, run: Run, task: TaskInstance): void =>
  d.emit(taskChange(run, task, 'queued', d.now, { tryNumber: task.poking ? task.tryNumber : task.tryNumber + 1, token: d.token() }))

const endRun = (d: Deciding, dag: Dag, run: Run): void => {
  if (run.state !== 'running') return
  const bad = run.version.graph.leaves.find((leaf) => {
    const state = run.tasks.get(leaf.definition.taskId)?.state
    return state === 'failed' || state === 'upstream_failed'
  })
  finishRun(d, dag, run, bad ? 'failed' : 'success', bad ? `leaf task ${bad.definition.taskId} ${run.tasks.get(bad.definition.taskId)?.state}` : null)
}

export const finishRun = (d: Deciding, dag: Dag, run: Run, state: 'success' | 'failed', reason: string | null): void => {
  d.emit({ type: 'RunStateChanged', dagId: dag.dagId, runId: run.runId, n: run.n + 1, at: d.now, state, reason })
  d.toStart.add(dag)
}

/** SEMANTICS 1, dagrunTimeout: the run fails and its unfinished tasks are skipped. */
export const timeOutRun = (d: Deciding, dag: Dag, run: Run): void => {
  for (const task of run.tasks.values()) if (!isFinished(task.state)) d.emit(taskChange(run, task, 'skipped', d.now, { reason: 'dagrun_timeout' }))
  finishRun(d, dag, run, 'failed', 'dagrun_timeout')
}
