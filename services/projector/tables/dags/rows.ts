import type { TableSpec } from '../table-spec.ts'

export interface DagRow {
  readonly dag_id: string
  readonly version: string
  readonly removed: boolean
  readonly description: string | null
  readonly doc: string | null
  readonly schedule_text: string | null
  readonly timezone: string
  readonly tags: readonly string[]
  readonly owner: string
  readonly fileloc: string | null
  readonly published_by: string
  readonly published_at: number
  readonly bundle: string | null
  readonly start_date: number | null
  readonly end_date: number | null
  readonly catchup: boolean
  readonly max_active_runs: number
  readonly max_active_tasks: number
  readonly dagrun_timeout_ms: number | null
  readonly paused_upon_creation: boolean
  readonly has_task_limits: boolean
  readonly task_count: number
  /** JSON object. */
  readonly params: string
  /** JSON of what it waits for, or null. */
  readonly datasets: string | null
  readonly dataset_events: string | null
  readonly on_unpause: string | null
}

export const dagTable: TableSpec<DagRow> = {
  table: 'dag',
  columns: {
    dag_id: 'text',
    version: 'text',
    removed: 'bool',
    description: 'text',
    doc: 'text',
    schedule_text: 'text',
    timezone: 'text',
    tags: 'texts',
    owner: 'text',
    fileloc: 'text',
    published_by: 'text',
    published_at: 'instant',
    bundle: 'text',
    start_date: 'instant',
    end_date: 'instant',
    catchup: 'bool',
    max_active_runs: 'int',
    max_active_tasks: 'int',
    dagrun_timeout_ms: 'bigint',
    paused_upon_creation: 'bool',
    has_task_limits: 'bool',
    task_count: 'int',
    params: 'text',
    datasets: 'text',
    dataset_events: 'text',
    on_unpause: 'text',
  },
  key: ['dag_id'],
  newerBy: null,
}

/** `version_number` is given when it is written: the next one of the DAG. */
export interface DagVersionRow {
  readonly dag_id: string
  readonly version: string
  /** JSON of DagDefinition, defaults filled in. */
  readonly definition: string
  readonly source: string | null
  readonly fileloc: string | null
  readonly bundle: string | null
  readonly published_by: string
  readonly published_at: number
}

export interface DagVersionTaskRow {
  readonly dag_id: string
  readonly version: string
  readonly task_id: string
  readonly position: number
  readonly operator: string
  readonly queue: string
  readonly pool: string
  readonly pool_slots: number
  readonly priority_weight: number
  readonly max_tries: number
}

export const dagVersionTaskTable: TableSpec<DagVersionTaskRow> = {
  table: 'dag_version_task',
  columns: {
    dag_id: 'text',
    version: 'text',
    task_id: 'text',
    position: 'int',
    operator: 'text',
    queue: 'text',
    pool: 'text',
    pool_slots: 'int',
    priority_weight: 'int',
    max_tries: 'int',
  },
  key: ['dag_id', 'version', 'task_id'],
  newerBy: null,
}
