import type { DagRun, DagRuns, LiveRun } from '../api/types.ts'
import type { LiveEvent, Patched } from './live-event.ts'
import { isNewer } from './newer.ts'

const seconds = (from: string | null, to: string | null): number | null => (from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : null)

const merge = (run: DagRun, live: LiveRun): DagRun => {
  const start = live.start_date ?? (live.state === 'queued' ? null : run.start_date)
  return {
    ...run,
    state: live.state,
    reason: live.reason,
    note: live.note,
    queued_at: live.queued_at ?? run.queued_at,
    start_date: start,
    end_date: live.end_date,
    duration: seconds(start, live.end_date),
    event_number: live.event_number,
  }
}

/** One run with an event applied. */
export const patchRun = (run: DagRun, event: LiveEvent): Patched<DagRun> => {
  if (event.kind !== 'run' || event.data.dag_run_id !== run.dag_run_id || event.data.dag_id !== run.dag_id) return run
  return isNewer(event.data.event_number, run.event_number) ? merge(run, event.data) : run
}

/** A list of runs with an event applied; a run that is not in it can only be placed by the server, which knows the filters. */
export const patchRuns = (page: DagRuns, event: LiveEvent): Patched<DagRuns> => {
  if (event.kind !== 'run') return page
  const live = event.data
  const at = page.dag_runs.findIndex((run) => run.dag_run_id === live.dag_run_id && run.dag_id === live.dag_id)
  const shown = page.dag_runs[at]
  if (!shown) return 'stale'
  return isNewer(live.event_number, shown.event_number) ? { ...page, dag_runs: page.dag_runs.with(at, merge(shown, live)) } : page
}
