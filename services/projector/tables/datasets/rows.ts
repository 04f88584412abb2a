import type { TableSpec } from '../table-spec.ts'

export interface DatasetEventRow {
  readonly uri: string
  readonly event_id: string
  readonly partition: number
  readonly record_offset: number
  readonly at: number
  /** JSON object. */
  readonly extra: string
  readonly source_dag_id: string | null
  readonly source_run_id: string | null
  readonly source_task_id: string | null
  readonly source_map_index: number | null
  readonly producer: string | null
}

export interface DatasetLinkRow {
  readonly dag_id: string
  readonly uri: string
  readonly kind: 'schedule' | 'outlet' | 'inlet'
  /** '' of the schedule. */
  readonly task_id: string
}

export const datasetLinkTable: TableSpec<DatasetLinkRow> = {
  table: 'dataset_link',
  columns: { dag_id: 'text', uri: 'text', kind: 'text', task_id: 'text' },
  key: ['dag_id', 'uri', 'kind', 'task_id'],
  newerBy: null,
}

export interface DatasetRunRow {
  readonly dag_id: string
  readonly run_id: string
  readonly uri: string
  readonly event_id: string
}

/** Where a DAG stands in one partition of a dataset. */
export interface CursorRow {
  readonly dag_id: string
  readonly uri: string
  readonly partition: number
  readonly next_offset: number
}
