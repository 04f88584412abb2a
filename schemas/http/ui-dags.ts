import { type Static, Type } from 'typebox'
import { nullableInstant, nullableInteger, oneOf, ref, text } from './common.ts'
import { Dag } from './dags.ts'
import { apiRunStates, apiRunTypes } from './states.ts'

/** What a bar of a run needs. */
export const RunBar = Type.Object(
  {
    dag_run_id: text(),
    state: oneOf(apiRunStates),
    run_type: oneOf(apiRunTypes),
    logical_date: nullableInstant(),
    run_after: Type.String({ format: 'date-time' }),
    queued_at: nullableInstant(),
    start_date: nullableInstant(),
    end_date: nullableInstant(),
    event_number: Type.Integer(),
  },
  { $id: 'RunBar' },
)
export type RunBar = Static<typeof RunBar>

export const DagRow = Type.Object(
  {
    dag: ref(Dag),
    event_number: nullableInteger("Number of the DAG's newest event shown."),
    latest_dag_runs: Type.Array(ref(RunBar), { description: 'The last 14, newest first.' }),
  },
  { $id: 'DagRow' },
)
export type DagRow = Static<typeof DagRow>

export const DagRows = Type.Object({ rows: Type.Array(ref(DagRow)), total_entries: Type.Integer() }, { $id: 'DagRows' })

export const runsInRow = 14
