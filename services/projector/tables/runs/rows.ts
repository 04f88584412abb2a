import type { TableSpec } from '../table-spec.ts'

export interface DagRunRow {
  readonly dag_id: string
  readonly run_id: string
  readonly n: number
  readonly at: number
  readonly state: string
  readonly reason: string | null
  readonly version: string
  readonly run_type: string
  readonly logical_date: number | null
  readonly data_interval_start: number | null
  readonly data_interval_end: number | null
  readonly run_after: number
  readonly queued_at: number | null
  readonly started_at: number | null
  readonly ended_at: number | null
  /** JSON object. */
  readonly conf: string
  readonly triggered_by: string
  readonly note: string | null
  readonly backfill_id: string | null
}

export const dagRunTable: TableSpec<DagRunRow> = {
  table: 'dag_run',
  columns: {
    dag_id: 'text',
    run_id: 'text',
    n: 'bigint',
    at: 'instant',
    state: 'text',
    reason: 'text',
    version: 'text',
    run_type: 'text',
    logical_date: 'instant',
    data_interval_start: 'instant',
    data_interval_end: 'instant',
    run_after: 'instant',
    queued_at: 'instant',
    started_at: 'instant',
    ended_at: 'instant',
    conf: 'text',
    triggered_by: 'text',
    note: 'text',
    backfill_id: 'text',
  },
  key: ['dag_id', 'run_id'],
  newerBy: 'n',
}
