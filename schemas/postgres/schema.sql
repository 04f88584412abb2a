-- Made by test/int/store/schema.int.test.ts from the migrations beside it: do not edit.

CREATE TABLE account.migration (
  number integer NOT NULL,
  name text NOT NULL,
  hash text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT migration_pkey PRIMARY KEY (number)
);

CREATE TABLE projection.backfill (
  dag_id text NOT NULL,
  backfill_id text NOT NULL,
  n bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  state text NOT NULL,
  from_date timestamp with time zone NOT NULL,
  to_date timestamp with time zone NOT NULL,
  reprocess text NOT NULL,
  max_active_runs integer NOT NULL,
  newest_first boolean NOT NULL,
  conf text NOT NULL,
  principal text,
  created_at timestamp with time zone NOT NULL,
  total integer NOT NULL,
  taken integer NOT NULL,
  skipped integer NOT NULL,
  CONSTRAINT backfill_pkey PRIMARY KEY (dag_id, backfill_id)
);
CREATE INDEX backfill_recent ON projection.backfill USING btree (created_at DESC);

CREATE TABLE projection.dag (
  dag_id text NOT NULL,
  version text NOT NULL,
  removed boolean DEFAULT false NOT NULL,
  description text,
  doc text,
  schedule_text text,
  timezone text NOT NULL,
  tags text[] NOT NULL,
  owner text NOT NULL,
  fileloc text,
  published_by text NOT NULL,
  published_at timestamp with time zone NOT NULL,
  bundle text,
  start_date timestamp with time zone,
  end_date timestamp with time zone,
  catchup boolean NOT NULL,
  max_active_runs integer NOT NULL,
  max_active_tasks integer NOT NULL,
  dagrun_timeout_ms bigint,
  paused_upon_creation boolean NOT NULL,
  has_task_limits boolean NOT NULL,
  task_count integer NOT NULL,
  params text NOT NULL,
  datasets text,
  dataset_events text,
  on_unpause text,
  CONSTRAINT dag_pkey PRIMARY KEY (dag_id)
);

CREATE TABLE projection.dag_run (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  n bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  state text NOT NULL,
  reason text,
  version text NOT NULL,
  run_type text NOT NULL,
  logical_date timestamp with time zone,
  data_interval_start timestamp with time zone,
  data_interval_end timestamp with time zone,
  run_after timestamp with time zone NOT NULL,
  queued_at timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  conf text NOT NULL,
  triggered_by text NOT NULL,
  note text,
  backfill_id text,
  CONSTRAINT dag_run_pkey PRIMARY KEY (dag_id, run_id)
);
CREATE INDEX dag_run_by_run_after ON projection.dag_run USING btree (dag_id, run_after DESC, run_id DESC);
CREATE INDEX dag_run_of_backfill ON projection.dag_run USING btree (dag_id, backfill_id) WHERE (backfill_id IS NOT NULL);
CREATE INDEX dag_run_recent ON projection.dag_run USING btree (run_after DESC);
CREATE INDEX dag_run_unfinished ON projection.dag_run USING btree (state) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE TABLE projection.dag_state (
  dag_id text NOT NULL,
  n bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  paused boolean NOT NULL,
  removed boolean NOT NULL,
  version text,
  next_logical_date timestamp with time zone,
  next_data_interval_start timestamp with time zone,
  next_data_interval_end timestamp with time zone,
  next_run_after timestamp with time zone,
  CONSTRAINT dag_state_pkey PRIMARY KEY (dag_id)
);

CREATE TABLE projection.dag_version (
  dag_id text NOT NULL,
  version text NOT NULL,
  version_number integer NOT NULL,
  definition text NOT NULL,
  source text,
  fileloc text,
  bundle text,
  published_by text NOT NULL,
  published_at timestamp with time zone NOT NULL,
  CONSTRAINT dag_version_dag_id_version_number_key UNIQUE (dag_id, version_number),
  CONSTRAINT dag_version_pkey PRIMARY KEY (dag_id, version)
);

CREATE TABLE projection.dag_version_task (
  dag_id text NOT NULL,
  version text NOT NULL,
  task_id text NOT NULL,
  position integer NOT NULL,
  operator text NOT NULL,
  queue text NOT NULL,
  pool text NOT NULL,
  pool_slots integer NOT NULL,
  priority_weight integer NOT NULL,
  max_tries integer NOT NULL,
  CONSTRAINT dag_version_task_pkey PRIMARY KEY (dag_id, version, task_id)
);

CREATE TABLE projection.dataset (
  uri text NOT NULL,
  dataset_id bigint NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  events bigint NOT NULL,
  CONSTRAINT dataset_dataset_id_key UNIQUE (dataset_id),
  CONSTRAINT dataset_pkey PRIMARY KEY (uri)
);

CREATE TABLE projection.dataset_cursor (
  dag_id text NOT NULL,
  uri text NOT NULL,
  partition integer NOT NULL,
  next_offset bigint NOT NULL,
  CONSTRAINT dataset_cursor_pkey PRIMARY KEY (dag_id, uri, partition)
);

CREATE TABLE projection.dataset_event (
  uri text NOT NULL,
  event_id text NOT NULL,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  extra text NOT NULL,
  source_dag_id text,
  source_run_id text,
  source_task_id text,
  source_map_index integer,
  producer text,
  CONSTRAINT dataset_event_pkey PRIMARY KEY (uri, event_id)
);
CREATE INDEX dataset_event_of_dataset ON projection.dataset_event USING btree (uri, at DESC);
CREATE INDEX dataset_event_of_run ON projection.dataset_event USING btree (source_dag_id, source_run_id) WHERE (source_dag_id IS NOT NULL);
CREATE INDEX dataset_event_recent ON projection.dataset_event USING btree (at DESC);
CREATE INDEX dataset_event_waits ON projection.dataset_event USING btree (uri, partition, record_offset);
CREATE UNIQUE INDEX dataset_event_place ON projection.dataset_event USING btree (partition, record_offset);

CREATE TABLE projection.dataset_link (
  dag_id text NOT NULL,
  uri text NOT NULL,
  kind text NOT NULL,
  task_id text NOT NULL,
  CONSTRAINT dataset_link_pkey PRIMARY KEY (dag_id, uri, kind, task_id)
);
CREATE INDEX dataset_link_of_dataset ON projection.dataset_link USING btree (uri);

CREATE TABLE projection.dataset_run (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  uri text NOT NULL,
  event_id text NOT NULL,
  CONSTRAINT dataset_run_pkey PRIMARY KEY (dag_id, run_id, uri, event_id)
);
CREATE INDEX dataset_run_of_event ON projection.dataset_run USING btree (uri, event_id);

CREATE TABLE projection.dead_letter (
  source_topic text NOT NULL,
  source_partition integer NOT NULL,
  source_offset bigint NOT NULL,
  by text NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  at timestamp with time zone NOT NULL,
  key text,
  value bytea,
  CONSTRAINT dead_letter_pkey PRIMARY KEY (source_topic, source_partition, source_offset, by)
);

CREATE TABLE projection.executor_status (
  incarnation text NOT NULL,
  counter bigint NOT NULL,
  epoch bigint NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  hostname text NOT NULL,
  pid integer NOT NULL,
  kind text NOT NULL,
  waiting integer NOT NULL,
  running integer NOT NULL,
  pools text NOT NULL,
  unserved_queues text[] NOT NULL,
  CONSTRAINT executor_status_pkey PRIMARY KEY (incarnation)
);

CREATE TABLE projection.import_error (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  fileloc text NOT NULL,
  at timestamp with time zone NOT NULL,
  line integer,
  col integer,
  message text NOT NULL,
  stack text,
  published_by text,
  CONSTRAINT import_error_fileloc_key UNIQUE (fileloc),
  CONSTRAINT import_error_pkey PRIMARY KEY (id)
);

CREATE TABLE projection.position (
  topic text NOT NULL,
  partition integer NOT NULL,
  next_offset bigint NOT NULL,
  CONSTRAINT position_pkey PRIMARY KEY (topic, partition)
);

CREATE TABLE projection.scheduler_status (
  incarnation text NOT NULL,
  counter bigint NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  hostname text NOT NULL,
  pid integer NOT NULL,
  columns text NOT NULL,
  stopped text NOT NULL,
  clock_off_ms bigint,
  CONSTRAINT scheduler_status_pkey PRIMARY KEY (incarnation)
);

CREATE TABLE projection.task_instance (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  task_id text NOT NULL,
  map_index integer NOT NULL,
  n bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  state text NOT NULL,
  try_number integer NOT NULL,
  scheduled_at timestamp with time zone,
  queued_at timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  due_at timestamp with time zone,
  reason text,
  error text,
  worker text,
  hostname text,
  pid integer,
  rendered text,
  queue text,
  pool text,
  operator text,
  note text,
  tries_before integer DEFAULT 0 NOT NULL,
  trigger text,
  deferred_at timestamp with time zone,
  CONSTRAINT task_instance_pkey PRIMARY KEY (dag_id, run_id, task_id, map_index)
) WITH (fillfactor=80);
CREATE INDEX task_instance_started ON projection.task_instance USING btree (started_at DESC);
CREATE INDEX task_instance_unfinished ON projection.task_instance USING btree (state) WHERE (state = ANY (ARRAY['scheduled'::text, 'queued'::text, 'running'::text, 'up_for_retry'::text, 'up_for_reschedule'::text, 'deferred'::text, 'restarting'::text]));

CREATE TABLE projection.task_try (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  task_id text NOT NULL,
  map_index integer NOT NULL,
  try_number integer NOT NULL,
  n bigint NOT NULL,
  state text NOT NULL,
  scheduled_at timestamp with time zone,
  queued_at timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  reason text,
  error text,
  worker text,
  hostname text,
  pid integer,
  rendered text,
  queue text,
  pool text,
  operator text,
  CONSTRAINT task_try_pkey PRIMARY KEY (dag_id, run_id, task_id, map_index, try_number)
) WITH (fillfactor=80);

CREATE TABLE projection.watcher_status (
  incarnation text NOT NULL,
  counter bigint NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  hostname text NOT NULL,
  pid integer NOT NULL,
  topics text NOT NULL,
  CONSTRAINT watcher_status_pkey PRIMARY KEY (incarnation)
);

CREATE TABLE projection.worker (
  incarnation text NOT NULL,
  counter bigint NOT NULL,
  kind text NOT NULL,
  hostname text NOT NULL,
  pid integer NOT NULL,
  release text NOT NULL,
  queues text[] NOT NULL,
  slots integer NOT NULL,
  draining boolean NOT NULL,
  started_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  left_at timestamp with time zone,
  left_reason text,
  attempts text NOT NULL,
  live integer DEFAULT 0 NOT NULL,
  CONSTRAINT worker_pkey PRIMARY KEY (incarnation)
);

CREATE TABLE projection.xcom (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  task_id text NOT NULL,
  map_index integer NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  n bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  logical_date timestamp with time zone,
  CONSTRAINT xcom_pkey PRIMARY KEY (dag_id, run_id, task_id, map_index, key)
);

CREATE VIEW projection.dag_list AS
 SELECT d.dag_id,
    d.version,
    d.removed,
    d.description,
    d.doc,
    d.schedule_text,
    d.timezone,
    d.tags,
    d.owner,
    d.fileloc,
    d.published_by,
    d.published_at,
    d.bundle,
    d.start_date,
    d.end_date,
    d.catchup,
    d.max_active_runs,
    d.max_active_tasks,
    d.dagrun_timeout_ms,
    d.paused_upon_creation,
    d.has_task_limits,
    d.task_count,
    d.params,
    COALESCE(s.paused, d.paused_upon_creation) AS paused,
    d.removed OR COALESCE(s.removed, false) AS stale,
    s.n,
    s.next_logical_date,
    s.next_data_interval_start,
    s.next_data_interval_end,
    s.next_run_after,
    (EXISTS ( SELECT
           FROM projection.import_error e
          WHERE e.fileloc = d.fileloc)) AS has_import_errors,
    ( SELECT r.state
           FROM projection.dag_run r
          WHERE r.dag_id = d.dag_id
          ORDER BY r.run_after DESC, r.run_id DESC
         LIMIT 1) AS last_run_state,
    ( SELECT r.started_at
           FROM projection.dag_run r
          WHERE r.dag_id = d.dag_id
          ORDER BY r.run_after DESC, r.run_id DESC
         LIMIT 1) AS last_run_start_date
   FROM projection.dag d
     LEFT JOIN projection.dag_state s ON s.dag_id = d.dag_id;

CREATE VIEW projection.instance AS
 SELECT r.dag_id,
    r.run_id,
    t.task_id,
    COALESCE(i.map_index, '-1'::integer) AS map_index,
    i.n,
    i.at,
    i.state,
    COALESCE(i.try_number, 0) AS try_number,
    i.scheduled_at,
    i.queued_at,
    i.started_at,
    i.ended_at,
    i.due_at,
    i.reason,
    i.error,
    i.worker,
    i.hostname,
    i.pid,
    i.rendered,
    COALESCE(i.queue, t.queue) AS queue,
    COALESCE(i.pool, t.pool) AS pool,
    COALESCE(i.operator, t.operator) AS operator,
    t."position",
    t.pool_slots,
    t.priority_weight,
    t.max_tries + COALESCE(i.tries_before, 0) AS max_tries,
    i.note,
    i.trigger,
    i.deferred_at,
    r.version,
    r.logical_date,
    r.run_after,
    r.data_interval_start,
    r.data_interval_end
   FROM projection.dag_run r
     JOIN projection.dag_version_task t ON t.dag_id = r.dag_id AND t.version = r.version
     LEFT JOIN projection.task_instance i ON i.dag_id = r.dag_id AND i.run_id = r.run_id AND i.task_id = t.task_id
UNION ALL
 SELECT i.dag_id,
    i.run_id,
    i.task_id,
    i.map_index,
    i.n,
    i.at,
    i.state,
    i.try_number,
    i.scheduled_at,
    i.queued_at,
    i.started_at,
    i.ended_at,
    i.due_at,
    i.reason,
    i.error,
    i.worker,
    i.hostname,
    i.pid,
    i.rendered,
    i.queue,
    i.pool,
    i.operator,
    2147483647 AS "position",
    1 AS pool_slots,
    1 AS priority_weight,
    GREATEST(i.try_number, 1) AS max_tries,
    i.note,
    i.trigger,
    i.deferred_at,
    r.version,
    r.logical_date,
    r.run_after,
    r.data_interval_start,
    r.data_interval_end
   FROM projection.task_instance i
     JOIN projection.dag_run r ON r.dag_id = i.dag_id AND r.run_id = i.run_id
  WHERE NOT (EXISTS ( SELECT
           FROM projection.dag_version_task t
          WHERE t.dag_id = r.dag_id AND t.version = r.version AND t.task_id = i.task_id));
