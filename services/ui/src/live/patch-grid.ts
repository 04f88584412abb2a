import type { Grid, GridRun, LiveRun, LiveTask } from '../api/types.ts'
import type { LiveEvent, Patched } from './live-event.ts'
import { isNewer } from './newer.ts'

/** The grid of one DAG with an event applied. */
export const patchGrid = (grid: Grid, event: LiveEvent): Patched<Grid> => {
  if (event.data.dag_id !== grid.dag_id) return grid
  switch (event.kind) {
    case 'dag':
      return event.data.version !== null && event.data.version !== grid.version ? 'stale' : grid
    case 'run':
      return patchRun(grid, event.data)
    case 'task':
      return patchTask(grid, event.data)
    default:
      return event satisfies never
  }
}

const patchRun = (grid: Grid, live: LiveRun): Patched<Grid> => {
  const at = grid.runs.findIndex((run) => run.dag_run_id === live.dag_run_id)
  const shown = grid.runs[at]
  if (!shown) return addRun(grid, live)
  if (!isNewer(live.event_number, shown.event_number)) return grid
  const run: GridRun = {
    ...shown,
    state: live.state,
    event_number: live.event_number,
    queued_at: live.queued_at ?? shown.queued_at,
    start_date: live.start_date ?? (live.state === 'queued' ? null : shown.start_date),
    end_date: live.end_date,
  }
  return { ...grid, runs: grid.runs.with(at, run) }
}

/** A run that began after the grid was fetched is a new first column, if it is newer than those shown. */
const addRun = (grid: Grid, live: LiveRun): Patched<Grid> => {
  const newest = grid.runs[0]
  if (live.version !== grid.version || (newest && newest.run_after > live.run_after)) return 'stale'
  const none = <T>(value: T): T[] => grid.task_ids.map(() => value)
  const run: GridRun = {
    dag_run_id: live.dag_run_id,
    state: live.state,
    run_type: live.run_type,
    version: live.version,
    logical_date: live.logical_date,
    run_after: live.run_after,
    queued_at: live.queued_at,
    start_date: live.start_date,
    end_date: live.end_date,
    event_number: live.event_number,
    states: none(null),
    try_numbers: none(0),
    event_numbers: none(0),
    starts: none(null),
    ends: none(null),
    mapped: {},
  }
  return { ...grid, runs: [run, ...grid.runs], total_runs: grid.total_runs + 1 }
}

const patchTask = (grid: Grid, live: LiveTask): Patched<Grid> => {
  const column = grid.runs.findIndex((run) => run.dag_run_id === live.dag_run_id)
  const run = grid.runs[column]
  if (!run) return grid
  const row = grid.task_ids.indexOf(live.task_id)
  // Counts of a mapped task's instances cannot be told from one of them.
  if (row < 0 || live.map_index >= 0) return 'stale'
  if (!isNewer(live.event_number, run.event_numbers[row])) return grid
  const sameTry = run.try_numbers[row] === live.try_number
  const start = live.start_date === null ? (sameTry ? (run.starts[row] ?? null) : null) : Date.parse(live.start_date)
  const changed: GridRun = {
    ...run,
    states: run.states.with(row, live.state),
    try_numbers: run.try_numbers.with(row, live.try_number),
    event_numbers: run.event_numbers.with(row, live.event_number),
    starts: run.starts.with(row, start),
    ends: run.ends.with(row, live.end_date === null ? null : Date.parse(live.end_date)),
  }
  return { ...grid, runs: grid.runs.with(column, changed) }
}
