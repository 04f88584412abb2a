/**
 * Who is looked at when an instance ends, and what is found. By the changed instance only: those that count it, those that are mapped over its
 * result, those that its choice skips, and those of the next run that look back at it; never the whole run.
 */
import type { Dag, Run, TaskInstance } from './column-state.ts'
import { instancesOf } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { expansionOf, growUnit } from './expand.ts'
import type { GraphTask } from './graph.ts'
import { judge } from './judge.ts'
import { latestOnlyChoice } from './latest-only.ts'
import { outletEvents } from './outlets.ts'
import { pastHolds } from './past.ts'
import { neighbour } from './run-dates.ts'
import { choiceSkips, skipNotChosen } from './skips.ts'
import { move } from './task-change.ts'

/** A run just became running: every instance that has not begun is judged, once. */
export const beginRun = (d: Deciding, dag: Dag, run: Run): void => {
  d.touched.set(run, dag)
  for (const task of [...run.tasks.values()]) consider(d, dag, run, task)
}

export const lookBelow = (d: Deciding, dag: Dag, run: Run, task: TaskInstance): void => {
  const node = run.version.graph.tasks.get(task.taskId)
  wakeNextRun(d, dag, run, task)
  if (!node || run.state !== 'running') return
  skipNotChosen(d, dag, run, node, task)
  const units = run.version.graph.unitsBySource.get(task.taskId) ?? []
  for (const unit of units) growUnit(d, dag, run, unit)
  for (const { taskId } of node.countedBy) considerBelow(d, dag, run, node, task, taskId)
  for (const unit of units) for (const taskId of unit.tasks) for (const below of [...instancesOf(run, taskId)]) consider(d, dag, run, below)
}

const considerBelow = (d: Deciding, dag: Dag, run: Run, node: GraphTask, task: TaskInstance, taskId: string): void => {
  const below = run.version.graph.tasks.get(taskId)
  const mapped = run.mapped.get(taskId)
  if (mapped && task.mapIndex >= 0 && below?.unit?.isGroup === true && below.unit === node.unit) {
    consider(d, dag, run, mapped[task.mapIndex])
    return
  }
  const last = mapped?.at(-1)
  // All that share their counts wait together, when the one with the highest index does (it is the first to be removed): one look spares a thousand.
  if (last && below && last.inner === null && judge(below, last) === 'wait') return
  for (const instance of mapped ? [...mapped] : [run.tasks.get(taskId)]) consider(d, dag, run, instance)
}

/** Judges an instance in state none. */
export const consider = (d: Deciding, dag: Dag, run: Run, task: TaskInstance | undefined): void => {
  if (task?.state !== 'none' || run.state !== 'running') return
  const node = run.version.graph.tasks.get(task.taskId)
  if (!node) return
  const skipper = choiceSkips(run, node, task)
  if (skipper !== null) return move(d, dag, run, task, 'skipped', { reason: `skipped by ${skipper}` })
  const expansion = expansionOf(run, node, task)
  switch (expansion.kind) {
    case 'settle':
      return move(d, dag, run, task, expansion.state, { reason: expansion.reason, error: expansion.error })
    case 'expand':
      d.emit({ type: 'TaskMapped', dagId: dag.dagId, runId: run.runId, taskId: task.taskId, n: run.n + 1, at: d.now, length: expansion.length })
      d.touched.set(run, dag)
      for (const instance of [...instancesOf(run, task.taskId)]) consider(d, dag, run, instance)
      return
    default:
  }
  const verdict = judge(node, task)
  if (verdict === 'wait') return
  if (verdict !== 'run') return move(d, dag, run, task, verdict)
  if (expansion.kind === 'unknown' || !pastHolds(dag, run, node)) return
  const { operator } = node.definition
  if (operator === 'empty') return move(d, dag, run, task, 'success', { tryNumber: task.tryNumber + 1, outlets: outletEvents(node.definition) })
  if (operator === 'latest_only')
    return move(d, dag, run, task, 'success', { tryNumber: task.tryNumber + 1, chosen: latestOnlyChoice(run, d.now), outlets: outletEvents(node.definition) })
  const ready = d.ready.get(run) ?? new Set()
  d.ready.set(run, ready)
  ready.add(task)
}

/** The next run by logical date may have waited for this (SEMANTICS 4, depends on past). */
const wakeNextRun = (d: Deciding, dag: Dag, run: Run, task: TaskInstance): void => {
  if (task.state !== 'success' && task.state !== 'skipped') return
  const next = dag.runs.get(neighbour(dag, run.logicalDate, 1) ?? '')
  if (next?.state !== 'running' || !next.version.graph.looksBack) return
  for (const taskId of next.version.graph.tasks.get(task.taskId)?.pastBelow ?? [])
    for (const waiting of [...instancesOf(next, taskId)]) consider(d, dag, next, waiting)
}
