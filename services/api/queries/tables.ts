/** What the API reads of schema `projection` (schemas/postgres). Instants come as Date. */
import type { Kysely } from '#kysely'

export interface DagListView {
  dag_id: string
  version: string
  description: string | null
  doc: string | null
  schedule_text: string | null
  timezone: string
  tags: string[]
  owner: string
  fileloc: string | null
  published_by: string
  published_at: Date
  bundle: string | null
  start_date: Date | null
  end_date: Date | null
  catchup: boolean
  max_active_runs: number
  max_active_tasks: number
  dagrun_timeout_ms: number | null
  paused_upon_creation: boolean
  has_task_limits: boolean
  task_count: number
  params: string
  paused: boolean
  stale: boolean
  n: number | null
  next_logical_date: Date | null
  next_data_interval_start: Date | null
  next_data_interval_end: Date | null
  next_run_after: Date | null
  has_import_errors: boolean
  last_run_state: string | null
  last_run_start_date: Date | null
}

export interface DagVersionTable {
  dag_id: string
  version: string
  version_number: number
  definition: string
  source: string | null
  fileloc: string | null
  bundle: string | null
  published_by: string
  published_at: Date
}

export interface DagRunTable {
  dag_id: string
  run_id: string
  n: number
  at: Date
  state: string
  reason: string | null
  version: string
  run_type: string
  logical_date: Date | null
  data_interval_start: Date | null
  data_interval_end: Date | null
  run_after: Date
  queued_at: Date | null
  started_at: Date | null
  ended_at: Date | null
  conf: string
  triggered_by: string
  note: string | null
  backfill_id: string | null
}

interface AttemptColumns {
  dag_id: string
  run_id: string
  task_id: string
  map_index: number
  try_number: number
  scheduled_at: Date | null
  queued_at: Date | null
  started_at: Date | null
  ended_at: Date | null
  reason: string | null
  error: string | null
  worker: string | null
  hostname: string | null
  pid: number | null
  rendered: string | null
  queue: string | null
  pool: string | null
  operator: string | null
}

export interface TaskTryTable extends AttemptColumns {
  n: number
  state: string
}

export interface TaskInstanceTable extends AttemptColumns {
  n: number
  at: Date
  state: string
  due_at: Date | null
}

/** `n` and `state` are null for an instance in state none. */
export interface InstanceView extends AttemptColumns {
  n: number | null
  at: Date | null
  state: string | null
  due_at: Date | null
  position: number
  pool_slots: number
  priority_weight: number
  max_tries: number
  note: string | null
  /** deferred: JSON of ShownTrigger. */
  trigger: string | null
  deferred_at: Date | null
  version: string
  logical_date: Date | null
  run_after: Date
  data_interval_start: Date | null
  data_interval_end: Date | null
}

export interface DagVersionTaskTable {
  dag_id: string
  version: string
  task_id: string
  position: number
  operator: string
}

export interface XComTable {
  dag_id: string
  run_id: string
  task_id: string
  map_index: number
  key: string
  value: string
  at: Date
  logical_date: Date | null
}

export interface ImportErrorTable {
  id: number
  fileloc: string
  at: Date
  line: number | null
  col: number | null
  message: string
  stack: string | null
  published_by: string | null
}

export interface WorkerTable {
  incarnation: string
  kind: string
  hostname: string
  pid: number
  release: string
  queues: string[]
  slots: number
  draining: boolean
  started_at: Date
  seen_at: Date
  left_at: Date | null
  left_reason: string | null
  attempts: string
  live: number
}

export interface SchedulerStatusTable {
  incarnation: string
  seen_at: Date
  columns: string
  stopped: string
  clock_off_ms: number | null
}

export interface ExecutorStatusTable {
  incarnation: string
  epoch: number
  waiting: number
  pools: string
  unserved_queues: string[]
  seen_at: Date
}

export interface DeadLetterTable {
  source_topic: string
  source_partition: number
  source_offset: number
  by: string
  code: string
  reason: string
  at: Date
  key: string | null
  value: Buffer | null
}

export interface BackfillTable {
  dag_id: string
  backfill_id: string
  n: number
  at: Date
  state: string
  from_date: Date
  to_date: Date
  reprocess: string
  max_active_runs: number
  newest_first: boolean
  conf: string
  principal: string | null
  created_at: Date
  total: number
  taken: number
  skipped: number
}

export interface DatasetTable {
  uri: string
  dataset_id: number
  created_at: Date
  updated_at: Date
  events: number
}

export interface DatasetEventTable {
  uri: string
  event_id: string
  partition: number
  record_offset: number
  at: Date
  extra: string
  source_dag_id: string | null
  source_run_id: string | null
  source_task_id: string | null
  source_map_index: number | null
  producer: string | null
}

/** Of table dag what the list of DAGs does not show. */
export interface DagTable {
  dag_id: string
  removed: boolean
  published_at: Date
  paused_upon_creation: boolean
  datasets: string | null
  dataset_events: string | null
  on_unpause: string | null
}

export interface WatcherStatusTable {
  incarnation: string
  counter: number
  seen_at: Date
  hostname: string
  pid: number
  /** JSON array of WatchedTopic. */
  topics: string
}

export interface Tables {
  dag: DagTable
  dag_state: { dag_id: string; paused: boolean }
  dataset: DatasetTable
  dataset_event: DatasetEventTable
  dataset_link: { dag_id: string; uri: string; kind: string; task_id: string }
  dataset_run: { dag_id: string; run_id: string; uri: string; event_id: string }
  dataset_cursor: { dag_id: string; uri: string; partition: number; next_offset: number }
  backfill: BackfillTable
  dag_list: DagListView
  dag_version: DagVersionTable
  dag_version_task: DagVersionTaskTable
  dag_run: DagRunTable
  instance: InstanceView
  task_instance: TaskInstanceTable
  task_try: TaskTryTable
  xcom: XComTable
  import_error: ImportErrorTable
  worker: WorkerTable
  dead_letter: DeadLetterTable
  executor_status: ExecutorStatusTable
  scheduler_status: SchedulerStatusTable
  watcher_status: WatcherStatusTable
  position: { topic: string; partition: number; next_offset: number }
}

/** Kysely with schema `projection`. */
export type Db = Kysely<Tables>
