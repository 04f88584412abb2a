/** Expansion of mapped tasks (SEMANTICS 9): when the lengths of what they are mapped over are known, and what it means when they cannot be. */
import type { TaskError, XCom } from '../../schemas/generated/records.ts'
import type { Dag, Run, TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import type { GraphTask } from './graph.ts'
import type { MapUnit } from './graph-maps.ts'
import { mapLength } from './mapping.ts'
import { maxMapLength } from './normal-map.ts'
import { isFinished, type TaskState } from './states.ts'

export type Expansion =
  /** Not mapped, or expanded and within its length: its trigger rule decides. */
  | { readonly kind: 'none' }
  /** What it is mapped over is not there yet. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expand'; readonly length: number }
  | { readonly kind: 'settle'; readonly state: TaskState; readonly reason: string; readonly error: TaskError | null }

export const expansionOf = (run: Run, node: GraphTask, task: TaskInstance): Expansion => {
  if (node.unit === null) return { kind: 'none' }
  const length = unitLength(run, node.unit)
  if (length === null) return { kind: 'unknown' }
  if (typeof length === 'string') return settle(length, `what it is mapped over ${length === 'skipped' ? 'was skipped' : 'did not succeed'}`)
  if (length > maxMapLength) return { ...settle('failed', 'map_too_long'), error: tooLong(length) }
  if (task.mapIndex < 0) return length === 0 ? settle('skipped', 'mapped over nothing') : { kind: 'expand', length }
  return task.mapIndex >= length ? settle('removed', `mapped over ${length} items now`) : { kind: 'none' }
}

const settle = (state: TaskState, reason: string): Extract<Expansion, { kind: 'settle' }> => ({ kind: 'settle', state, reason, error: null })

/** How many instances the unit has; null: not known yet; a state: it will never be known, and its instances take that state. */
const unitLength = (run: Run, unit: MapUnit, assume?: Assumed): number | 'skipped' | 'upstream_failed' | null => {
  const lengths: Record<string, number> = {}
  let isKnown = true
  for (const source of unit.sources) {
    const length = assume?.taskId === source ? assume.length : resultLength(run, source)
    if (typeof length === 'string') return length
    if (length === null) isKnown = false
    else lengths[source] = length
  }
  return isKnown ? mapLength(unit.map, lengths) : null
}

const resultLength = (run: Run, taskId: string): number | 'skipped' | 'upstream_failed' | null => {
  const mapped = run.mapped.get(taskId)
  if (mapped) return mapped.every(({ state }) => isFinished(state)) ? resultsOf(mapped) : null
  const task = run.tasks.get(taskId)
  switch (task?.state) {
    case 'success':
      return task.resultLength ?? 'upstream_failed'
    case 'failed':
    case 'upstream_failed':
      return 'upstream_failed'
    case 'skipped':
    case 'removed':
      return 'skipped'
    default:
      return null
  }
}

/** The items of a mapped task are the results that its instances left, as in Airflow: one that returned nothing, or was marked by hand, is none. */
const resultsOf = (mapped: readonly TaskInstance[]): number => mapped.filter(({ xcoms }) => leftResult(xcoms)).length

const leftResult = (xcoms: readonly XCom[]): boolean => xcoms.some(({ key }) => key === 'return_value')

interface Assumed {
  readonly taskId: string
  readonly length: number
}

/** Why a result cannot be mapped over by those that are to be, or null: then the task that left it fails. */
export const problemWithResult = (run: Run, task: TaskInstance, xcoms: readonly XCom[], length: number | null): TaskError | null => {
  const mapped = run.mapped.get(task.taskId)
  for (const unit of run.version.graph.unitsBySource.get(task.taskId) ?? []) {
    if (!mapped && length === null)
      return { type: 'not_mappable', message: `${unit.unitId} is mapped over the result of ${task.taskId}, which is no list and no record`, stack: null }
    const others = mapped?.filter((other) => other !== task)
    if (others && !others.every(({ state }) => isFinished(state))) continue
    const own = others ? resultsOf(others) + (leftResult(xcoms) ? 1 : 0) : (length ?? 0)
    const total = unitLength(run, unit, { taskId: task.taskId, length: own })
    if (typeof total === 'number' && total > maxMapLength) return tooLong(total)
  }
  return null
}

const tooLong = (length: number): TaskError => ({
  type: 'map_too_long',
  message: `makes ${length} mapped task instances, at most ${maxMapLength} are allowed: let each take several items`,
  stack: null,
})

/** A result became longer since the unit was expanded: it gets instances for the rest, if it is to run at all (some of it was cleared). */
export const growUnit = (d: Deciding, dag: Dag, run: Run, unit: MapUnit): void => {
  const length = unitLength(run, unit)
  if (typeof length !== 'number' || length > maxMapLength) return
  const mapped = unit.tasks.flatMap((taskId) => ({ taskId, instances: run.mapped.get(taskId) ?? [] }))
  if (mapped.every(({ instances }) => instances.every(({ state }) => state !== 'none'))) return
  // All of a group, or none: index i of a task in it looks at index i of the others.
  for (const { taskId, instances } of mapped)
    if (instances.length > 0 && instances.length < length)
      d.emit({ type: 'TaskMapped', dagId: dag.dagId, runId: run.runId, taskId, n: run.n + 1, at: d.now, length })
}
