import type { Dag, DagDetails, LiveDag } from '../api/types.ts'
import type { LiveEvent, Patched } from './live-event.ts'
import { isNewer } from './newer.ts'

/** What an event of the DAG says, over what is shown. The caller has compared the numbers. */
export const patchDag = <T extends Dag>(dag: T, live: LiveDag): T => ({
  ...dag,
  is_paused: live.is_paused,
  is_stale: live.is_stale,
  next_dagrun_logical_date: live.next_dagrun_logical_date,
  next_dagrun_data_interval_start: live.next_dagrun_data_interval_start,
  next_dagrun_data_interval_end: live.next_dagrun_data_interval_end,
  next_dagrun_run_after: live.next_dagrun_run_after,
})

/** The details of one DAG with an event applied. */
export const patchDagDetails = (dag: DagDetails, event: LiveEvent): Patched<DagDetails> => {
  if (event.kind !== 'dag' || event.data.dag_id !== dag.dag_id || !isNewer(event.data.event_number, dag.event_number)) return dag
  if (event.data.version !== null && event.data.version !== dag.latest_dag_version?.id) return 'stale'
  return { ...patchDag(dag, event.data), event_number: event.data.event_number }
}
