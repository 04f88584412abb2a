import type { TableSpec } from '../table-spec.ts'

/** What the scheduler decided about a DAG. */
export interface DagStateRow {
  readonly dag_id: string
  readonly n: number
  readonly at: number
  readonly paused: boolean
  readonly removed: boolean
  readonly version: string | null
  readonly next_logical_date: number | null
  readonly next_data_interval_start: number | null
  readonly next_data_interval_end: number | null
  readonly next_run_after: number | null
}

export const dagStateTable: TableSpec<DagStateRow> = {
  table: 'dag_state',
  columns: {
    dag_id: 'text',
    n: 'bigint',
    at: 'instant',
    paused: 'bool',
    removed: 'bool',
    version: 'text',
    next_logical_date: 'instant',
    next_data_interval_start: 'instant',
    next_data_interval_end: 'instant',
    next_run_after: 'instant',
  },
  key: ['dag_id'],
  newerBy: 'n',
}
