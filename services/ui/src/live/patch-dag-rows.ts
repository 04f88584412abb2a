import type { DagRow, DagRows, LiveRun } from '../api/types.ts'
import type { LiveEvent, Patched } from './live-event.ts'
import { isNewer } from './newer.ts'
import { patchDag } from './patch-dag.ts'

const runsInRow = 14

/** A page of the DAG list with an event applied. A DAG that is not on it leaves it as it is. */
export const patchDagRows = (page: DagRows, event: LiveEvent): Patched<DagRows> => {
  if (event.kind === 'task') return page
  const at = page.rows.findIndex((row) => row.dag.dag_id === event.data.dag_id)
  const row = page.rows[at]
  if (!row) return page
  const changed = event.kind === 'run' ? patchRuns(row, event.data) : patchRow(row, event)
  return changed === row ? page : { ...page, rows: page.rows.with(at, changed) }
}

const patchRow = (row: DagRow, event: LiveEvent & { kind: 'dag' }): DagRow => {
  if (!isNewer(event.data.event_number, row.event_number)) return row
  return { ...row, event_number: event.data.event_number, dag: patchDag(row.dag, event.data) }
}

const patchRuns = (row: DagRow, live: LiveRun): DagRow => {
  const at = row.latest_dag_runs.findIndex((run) => run.dag_run_id === live.dag_run_id)
  const shown = row.latest_dag_runs[at]
  if (shown && !isNewer(live.event_number, shown.event_number)) return row
  const bar = {
    dag_run_id: live.dag_run_id,
    state: live.state,
    run_type: live.run_type,
    logical_date: live.logical_date,
    run_after: live.run_after,
    queued_at: live.queued_at ?? shown?.queued_at ?? null,
    start_date: live.start_date ?? (live.state === 'queued' ? null : (shown?.start_date ?? null)),
    end_date: live.end_date,
    event_number: live.event_number,
  }
  const runs = shown ? row.latest_dag_runs.with(at, bar) : [bar, ...row.latest_dag_runs]
  // An old run that was cleared may be older than all that are shown: order decides, then length.
  const newestFirst = runs.toSorted((a, b) => (a.run_after < b.run_after ? 1 : a.run_after > b.run_after ? -1 : 0))
  return { ...row, latest_dag_runs: newestFirst.slice(0, runsInRow) }
}
