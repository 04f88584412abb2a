/** One run as a column of the grid: pure. */
import type { ApiTaskState } from '../../../schemas/http/states.ts'
import type { GridRun } from '../../../schemas/http/ui-grid.ts'
import { barAnswer } from './runs.ts'
import type { DagRunTable, TaskInstanceTable } from './tables.ts'
import { apiTaskState } from './task-instances.ts'

export type GridInstance = Pick<TaskInstanceTable, 'run_id' | 'task_id' | 'map_index' | 'n' | 'state' | 'try_number' | 'started_at' | 'ended_at'>

/** What a mapped task shows: the first of these that one of its instances is in. */
const mattersMost: readonly (ApiTaskState | null)[] = [
  'failed',
  'upstream_failed',
  'up_for_retry',
  'running',
  'restarting',
  'deferred',
  'up_for_reschedule',
  'queued',
  'scheduled',
  null,
  'success',
  'skipped',
  'removed',
]

export const gridRun = (run: DagRunTable, taskIds: readonly string[], known: ReadonlySet<string>, instances: readonly GridInstance[]): GridRun => {
  const byTask = new Map<string, GridInstance[]>()
  for (const instance of instances) {
    const of = byTask.get(instance.task_id)
    if (of) of.push(instance)
    else byTask.set(instance.task_id, [instance])
  }
  const cells = taskIds.map((taskId) => cellOf(byTask.get(taskId) ?? [], known.has(taskId)))
  const mapped: Record<string, Record<string, number>> = {}
  for (const [taskId, of] of byTask) if (of.some((one) => one.map_index >= 0)) mapped[taskId] = countStates(of)
  return {
    ...barAnswer(run),
    version: run.version,
    states: cells.map((cell) => cell.state),
    try_numbers: cells.map((cell) => cell.tryNumber),
    event_numbers: cells.map((cell) => cell.n),
    starts: cells.map((cell) => cell.start),
    ends: cells.map((cell) => cell.end),
    mapped,
  }
}

interface Cell {
  readonly state: ApiTaskState | null
  readonly tryNumber: number
  readonly n: number
  readonly start: number | null
  readonly end: number | null
}

const cellOf = (instances: readonly GridInstance[], isKnown: boolean): Cell => {
  const [only] = instances
  if (!only) return { state: null, tryNumber: 0, n: isKnown ? 0 : -1, start: null, end: null }
  const starts = instances.flatMap((one) => one.started_at?.getTime() ?? [])
  const ends = instances.flatMap((one) => one.ended_at?.getTime() ?? [])
  return {
    state: instances.map((one) => apiTaskState(one.state)).reduce((a, b) => (mattersMost.indexOf(a) <= mattersMost.indexOf(b) ? a : b)),
    tryNumber: instances.reduce((most, one) => Math.max(most, one.try_number), 0),
    n: instances.reduce((most, one) => Math.max(most, one.n), 0),
    start: starts.length ? Math.min(...starts) : null,
    end: ends.length === instances.length ? Math.max(...ends) : null,
  }
}

const countStates = (instances: readonly GridInstance[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { state } of instances) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
