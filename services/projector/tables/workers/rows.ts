import type { TableSpec } from '../table-spec.ts'

export interface WorkerRow {
  readonly incarnation: string
  readonly counter: number
  readonly kind: string
  readonly hostname: string
  readonly pid: number
  readonly release: string
  readonly queues: readonly string[]
  readonly slots: number
  readonly draining: boolean
  readonly started_at: number
  readonly seen_at: number
  readonly left_at: number | null
  readonly left_reason: string | null
  /** JSON array of AttemptStatus. */
  readonly attempts: string
  /** How many attempts or triggers it holds that did not end. */
  readonly live: number
}

export const workerTable: TableSpec<WorkerRow> = {
  table: 'worker',
  columns: {
    incarnation: 'text',
    counter: 'bigint',
    kind: 'text',
    hostname: 'text',
    pid: 'int',
    release: 'text',
    queues: 'texts',
    slots: 'int',
    draining: 'bool',
    started_at: 'instant',
    seen_at: 'instant',
    left_at: 'instant',
    left_reason: 'text',
    attempts: 'text',
    live: 'int',
  },
  key: ['incarnation'],
  newerBy: 'counter',
}

export interface ExecutorStatusRow {
  readonly incarnation: string
  readonly counter: number
  readonly epoch: number
  readonly seen_at: number
  readonly hostname: string
  readonly pid: number
  readonly kind: string
  readonly waiting: number
  readonly running: number
  /** JSON array of PoolStatus. */
  readonly pools: string
  readonly unserved_queues: readonly string[]
}

export const executorStatusTable: TableSpec<ExecutorStatusRow> = {
  table: 'executor_status',
  columns: {
    incarnation: 'text',
    counter: 'bigint',
    epoch: 'bigint',
    seen_at: 'instant',
    hostname: 'text',
    pid: 'int',
    kind: 'text',
    waiting: 'int',
    running: 'int',
    pools: 'text',
    unserved_queues: 'texts',
  },
  key: ['incarnation'],
  newerBy: 'counter',
}

export interface SchedulerStatusRow {
  readonly incarnation: string
  readonly counter: number
  readonly seen_at: number
  readonly hostname: string
  readonly pid: number
  /** JSON array of numbers. */
  readonly columns: string
  /** JSON array of StoppedColumn. */
  readonly stopped: string
  readonly clock_off_ms: number | null
}

export const schedulerStatusTable: TableSpec<SchedulerStatusRow> = {
  table: 'scheduler_status',
  columns: {
    incarnation: 'text',
    counter: 'bigint',
    seen_at: 'instant',
    hostname: 'text',
    pid: 'int',
    columns: 'text',
    stopped: 'text',
    clock_off_ms: 'bigint',
  },
  key: ['incarnation'],
  newerBy: 'counter',
}

export interface WatcherStatusRow {
  readonly incarnation: string
  readonly counter: number
  readonly seen_at: number
  readonly hostname: string
  readonly pid: number
  /** JSON array of WatchedTopic. */
  readonly topics: string
}

export const watcherStatusTable: TableSpec<WatcherStatusRow> = {
  table: 'watcher_status',
  columns: { incarnation: 'text', counter: 'bigint', seen_at: 'instant', hostname: 'text', pid: 'int', topics: 'text' },
  key: ['incarnation'],
  newerBy: 'counter',
}
