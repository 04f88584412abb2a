import type { TableSpec } from '../table-spec.ts'

export interface BackfillRow {
  readonly dag_id: string
  readonly backfill_id: string
  readonly n: number
  readonly at: number
  readonly state: string
  readonly from_date: number
  readonly to_date: number
  readonly reprocess: string
  readonly max_active_runs: number
  readonly newest_first: boolean
  /** JSON object. */
  readonly conf: string
  readonly principal: string | null
  readonly created_at: number
  readonly total: number
  readonly taken: number
  readonly skipped: number
}

export const backfillTable: TableSpec<BackfillRow> = {
  table: 'backfill',
  columns: {
    dag_id: 'text',
    backfill_id: 'text',
    n: 'bigint',
    at: 'instant',
    state: 'text',
    from_date: 'instant',
    to_date: 'instant',
    reprocess: 'text',
    max_active_runs: 'int',
    newest_first: 'bool',
    conf: 'text',
    principal: 'text',
    created_at: 'instant',
    total: 'int',
    taken: 'int',
    skipped: 'int',
  },
  key: ['dag_id', 'backfill_id'],
  newerBy: 'n',
}
