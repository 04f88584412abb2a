import type { TableSpec } from '../table-spec.ts'

/** The newest state of an instance. Dates are those of the present try. */
export interface TaskInstanceRow {
  readonly dag_id: string
  readonly run_id: string
  readonly task_id: string
  readonly map_index: number
  readonly n: number
  readonly at: number
  readonly state: string
  readonly try_number: number
  readonly scheduled_at: number | null
  readonly queued_at: number | null
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly due_at: number | null
  readonly reason: string | null
  /** JSON of TaskError. */
  readonly error: string | null
  readonly worker: string | null
  readonly hostname: string | null
  readonly pid: number | null
  readonly rendered: string | null
  readonly queue: string | null
  readonly pool: string | null
  readonly operator: string | null
  readonly note: string | null
  /** Tries up to its last clear. */
  readonly tries_before: number
  /** deferred: JSON of ShownTrigger, what it waits for. */
  readonly trigger: string | null
  /** deferred: since when. */
  readonly deferred_at: number | null
}

export const taskInstanceTable: TableSpec<TaskInstanceRow> = {
  table: 'task_instance',
  columns: {
    dag_id: 'text',
    run_id: 'text',
    task_id: 'text',
    map_index: 'int',
    n: 'bigint',
    at: 'instant',
    state: 'text',
    try_number: 'int',
    scheduled_at: 'instant',
    queued_at: 'instant',
    started_at: 'instant',
    ended_at: 'instant',
    due_at: 'instant',
    reason: 'text',
    error: 'text',
    worker: 'text',
    hostname: 'text',
    pid: 'int',
    rendered: 'text',
    queue: 'text',
    pool: 'text',
    operator: 'text',
    note: 'text',
    tries_before: 'int',
    trigger: 'text',
    deferred_at: 'instant',
  },
  key: ['dag_id', 'run_id', 'task_id', 'map_index'],
  newerBy: 'n',
}

/** A try as the last event of it left it. */
export type TaskTryRow = Omit<TaskInstanceRow, 'at' | 'due_at' | 'note' | 'tries_before' | 'trigger' | 'deferred_at'>

export const taskTryTable: TableSpec<TaskTryRow> = {
  table: 'task_try',
  columns: {
    dag_id: 'text',
    run_id: 'text',
    task_id: 'text',
    map_index: 'int',
    try_number: 'int',
    n: 'bigint',
    state: 'text',
    scheduled_at: 'instant',
    queued_at: 'instant',
    started_at: 'instant',
    ended_at: 'instant',
    reason: 'text',
    error: 'text',
    worker: 'text',
    hostname: 'text',
    pid: 'int',
    rendered: 'text',
    queue: 'text',
    pool: 'text',
    operator: 'text',
  },
  key: ['dag_id', 'run_id', 'task_id', 'map_index', 'try_number'],
  newerBy: 'n',
}

export interface XComRow {
  readonly dag_id: string
  readonly run_id: string
  readonly task_id: string
  readonly map_index: number
  readonly key: string
  /** JSON text. */
  readonly value: string
  readonly n: number
  readonly at: number
  readonly logical_date: number | null
}

export const xcomTable: TableSpec<XComRow> = {
  table: 'xcom',
  columns: {
    dag_id: 'text',
    run_id: 'text',
    task_id: 'text',
    map_index: 'int',
    key: 'text',
    value: 'text',
    n: 'bigint',
    at: 'instant',
    logical_date: 'instant',
  },
  key: ['dag_id', 'run_id', 'task_id', 'map_index', 'key'],
  newerBy: null,
}
