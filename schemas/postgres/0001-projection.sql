-- Schema `projection` is derived from public topics alone and can be dropped and made again; each table has one source topic. Schema `account`
-- (users, sessions, audit; only its migration table so far) is never dropped. Event numbers `n` are copied from the feeds: a row changes only
-- to a higher one.
CREATE SCHEMA projection;

-- Next offset to read of each partition of each public topic.
CREATE TABLE projection.position (
  topic text NOT NULL,
  partition int NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- dags: the newest version of each DAG, with what lists show and filter by.
CREATE TABLE projection.dag (
  dag_id text PRIMARY KEY,
  version text NOT NULL,
  removed boolean NOT NULL DEFAULT false,
  description text,
  doc text,
  schedule_text text,
  timezone text NOT NULL,
  tags text[] NOT NULL,
  owner text NOT NULL,
  fileloc text,
  published_by text NOT NULL,
  published_at timestamptz NOT NULL,
  bundle text,
  start_date timestamptz,
  end_date timestamptz,
  catchup boolean NOT NULL,
  max_active_runs int NOT NULL,
  max_active_tasks int NOT NULL,
  dagrun_timeout_ms bigint,
  paused_upon_creation boolean NOT NULL,
  has_task_limits boolean NOT NULL,
  task_count int NOT NULL,
  params text NOT NULL
);

-- dags: every version that was published.
CREATE TABLE projection.dag_version (
  dag_id text NOT NULL,
  version text NOT NULL,
  version_number int NOT NULL,
  definition text NOT NULL,
  source text,
  fileloc text,
  bundle text,
  published_by text NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (dag_id, version),
  UNIQUE (dag_id, version_number)
);

-- dags: the tasks of each version. An instance in state none has no row in task_instance: it stands here.
CREATE TABLE projection.dag_version_task (
  dag_id text NOT NULL,
  version text NOT NULL,
  task_id text NOT NULL,
  position int NOT NULL,
  operator text NOT NULL,
  queue text NOT NULL,
  pool text NOT NULL,
  pool_slots int NOT NULL,
  priority_weight int NOT NULL,
  max_tries int NOT NULL,
  PRIMARY KEY (dag_id, version, task_id)
);

-- dags: files that do not parse.
CREATE TABLE projection.import_error (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fileloc text NOT NULL UNIQUE,
  at timestamptz NOT NULL,
  line int,
  col int,
  message text NOT NULL,
  stack text,
  published_by text
);

-- run-events, kind dag: what the scheduler decided about a DAG.
CREATE TABLE projection.dag_state (
  dag_id text PRIMARY KEY,
  n bigint NOT NULL,
  at timestamptz NOT NULL,
  paused boolean NOT NULL,
  removed boolean NOT NULL,
  version text,
  next_logical_date timestamptz,
  next_data_interval_start timestamptz,
  next_data_interval_end timestamptz,
  next_run_after timestamptz
);

-- run-events, kind run.
CREATE TABLE projection.dag_run (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  n bigint NOT NULL,
  at timestamptz NOT NULL,
  state text NOT NULL,
  reason text,
  version text NOT NULL,
  run_type text NOT NULL,
  logical_date timestamptz,
  data_interval_start timestamptz,
  data_interval_end timestamptz,
  run_after timestamptz NOT NULL,
  queued_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  conf text NOT NULL,
  triggered_by text NOT NULL,
  note text,
  PRIMARY KEY (dag_id, run_id)
);
CREATE INDEX dag_run_by_run_after ON projection.dag_run (dag_id, run_after DESC, run_id DESC);
CREATE INDEX dag_run_recent ON projection.dag_run (run_after DESC);
CREATE INDEX dag_run_unfinished ON projection.dag_run (state) WHERE state IN ('queued', 'running');

-- task-events: the newest state of each instance that ever left state none.
CREATE TABLE projection.task_instance (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  task_id text NOT NULL,
  map_index int NOT NULL,
  n bigint NOT NULL,
  at timestamptz NOT NULL,
  state text NOT NULL,
  try_number int NOT NULL,
  scheduled_at timestamptz,
  queued_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  due_at timestamptz,
  reason text,
  error text,
  worker text,
  hostname text,
  pid int,
  rendered text,
  queue text,
  pool text,
  operator text,
  PRIMARY KEY (dag_id, run_id, task_id, map_index)
) WITH (fillfactor = 80);
CREATE INDEX task_instance_unfinished ON projection.task_instance (state)
  WHERE state IN ('scheduled', 'queued', 'running', 'up_for_retry', 'up_for_reschedule', 'deferred', 'restarting');
CREATE INDEX task_instance_started ON projection.task_instance (started_at DESC);

-- task-events: every try, the present one included.
CREATE TABLE projection.task_try (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  task_id text NOT NULL,
  map_index int NOT NULL,
  try_number int NOT NULL,
  n bigint NOT NULL,
  state text NOT NULL,
  scheduled_at timestamptz,
  queued_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  reason text,
  error text,
  worker text,
  hostname text,
  pid int,
  rendered text,
  queue text,
  pool text,
  operator text,
  PRIMARY KEY (dag_id, run_id, task_id, map_index, try_number)
) WITH (fillfactor = 80);

-- task-events: what the last try of each instance left.
CREATE TABLE projection.xcom (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  task_id text NOT NULL,
  map_index int NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  n bigint NOT NULL,
  at timestamptz NOT NULL,
  logical_date timestamptz,
  PRIMARY KEY (dag_id, run_id, task_id, map_index, key)
);

-- heartbeats of workers and triggerers.
CREATE TABLE projection.worker (
  incarnation text PRIMARY KEY,
  counter bigint NOT NULL,
  kind text NOT NULL,
  hostname text NOT NULL,
  pid int NOT NULL,
  release text NOT NULL,
  queues text[] NOT NULL,
  slots int NOT NULL,
  draining boolean NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  left_at timestamptz,
  left_reason text,
  attempts text NOT NULL
);

-- heartbeats of executors.
CREATE TABLE projection.executor_status (
  incarnation text PRIMARY KEY,
  counter bigint NOT NULL,
  epoch bigint NOT NULL,
  seen_at timestamptz NOT NULL,
  hostname text NOT NULL,
  pid int NOT NULL,
  kind text NOT NULL,
  waiting int NOT NULL,
  running int NOT NULL,
  pools text NOT NULL,
  unserved_queues text[] NOT NULL
);

-- dead-letters.
CREATE TABLE projection.dead_letter (
  source_topic text NOT NULL,
  source_partition int NOT NULL,
  source_offset bigint NOT NULL,
  by text NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL,
  key text,
  value bytea,
  PRIMARY KEY (source_topic, source_partition, source_offset, by)
);

-- Every instance of every run, those in state none included.
CREATE VIEW projection.instance AS
SELECT r.dag_id, r.run_id, t.task_id, coalesce(i.map_index, -1) AS map_index, i.n, i.at, i.state, coalesce(i.try_number, 0) AS try_number,
  i.scheduled_at, i.queued_at, i.started_at, i.ended_at, i.due_at, i.reason, i.error, i.worker, i.hostname, i.pid, i.rendered,
  coalesce(i.queue, t.queue) AS queue, coalesce(i.pool, t.pool) AS pool, coalesce(i.operator, t.operator) AS operator,
  t.position, t.pool_slots, t.priority_weight, t.max_tries, r.version, r.logical_date, r.run_after, r.data_interval_start, r.data_interval_end
FROM projection.dag_run r
JOIN projection.dag_version_task t ON t.dag_id = r.dag_id AND t.version = r.version
LEFT JOIN projection.task_instance i ON i.dag_id = r.dag_id AND i.run_id = r.run_id AND i.task_id = t.task_id
UNION ALL
SELECT i.dag_id, i.run_id, i.task_id, i.map_index, i.n, i.at, i.state, i.try_number,
  i.scheduled_at, i.queued_at, i.started_at, i.ended_at, i.due_at, i.reason, i.error, i.worker, i.hostname, i.pid, i.rendered,
  i.queue, i.pool, i.operator,
  2147483647, 1, 1, greatest(i.try_number, 1), r.version, r.logical_date, r.run_after, r.data_interval_start, r.data_interval_end
FROM projection.task_instance i
JOIN projection.dag_run r ON r.dag_id = i.dag_id AND r.run_id = i.run_id
WHERE NOT EXISTS (SELECT FROM projection.dag_version_task t WHERE t.dag_id = r.dag_id AND t.version = r.version AND t.task_id = i.task_id);

-- A DAG as lists show it. A new DAG that the scheduler has not adopted yet is as its definition says.
CREATE VIEW projection.dag_list AS
SELECT d.*, coalesce(s.paused, d.paused_upon_creation) AS paused, (d.removed OR coalesce(s.removed, false)) AS stale, s.n,
  s.next_logical_date, s.next_data_interval_start, s.next_data_interval_end, s.next_run_after,
  EXISTS (SELECT FROM projection.import_error e WHERE e.fileloc = d.fileloc) AS has_import_errors,
  (SELECT r.state FROM projection.dag_run r WHERE r.dag_id = d.dag_id ORDER BY r.run_after DESC, r.run_id DESC LIMIT 1) AS last_run_state,
  (SELECT r.started_at FROM projection.dag_run r WHERE r.dag_id = d.dag_id ORDER BY r.run_after DESC, r.run_id DESC LIMIT 1) AS last_run_start_date
FROM projection.dag d
LEFT JOIN projection.dag_state s ON s.dag_id = d.dag_id;
