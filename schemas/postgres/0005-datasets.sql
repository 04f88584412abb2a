-- dataset-events, and the DAGs that name them: every dataset that anybody spoke of. Its id follows from its URI.
CREATE TABLE projection.dataset (
  uri text PRIMARY KEY,
  dataset_id bigint NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  events bigint NOT NULL
);

-- dataset-events: each event once, however often it was sent.
CREATE TABLE projection.dataset_event (
  uri text NOT NULL,
  event_id text NOT NULL,
  partition int NOT NULL,
  record_offset bigint NOT NULL,
  at timestamptz NOT NULL,
  extra text NOT NULL,
  source_dag_id text,
  source_run_id text,
  source_task_id text,
  source_map_index int,
  producer text,
  PRIMARY KEY (uri, event_id)
);
CREATE INDEX dataset_event_recent ON projection.dataset_event (at DESC);
CREATE INDEX dataset_event_of_dataset ON projection.dataset_event (uri, at DESC);
CREATE UNIQUE INDEX dataset_event_place ON projection.dataset_event (partition, record_offset);
CREATE INDEX dataset_event_waits ON projection.dataset_event (uri, partition, record_offset);
CREATE INDEX dataset_event_of_run ON projection.dataset_event (source_dag_id, source_run_id) WHERE source_dag_id IS NOT NULL;

-- dags: which DAG waits for a dataset (kind schedule, no task), which task updates or reads one (outlet, inlet), by the newest version.
CREATE TABLE projection.dataset_link (
  dag_id text NOT NULL,
  uri text NOT NULL,
  kind text NOT NULL,
  task_id text NOT NULL,
  PRIMARY KEY (dag_id, uri, kind, task_id)
);
CREATE INDEX dataset_link_of_dataset ON projection.dataset_link (uri);

-- run-events: which dataset events a run took.
CREATE TABLE projection.dataset_run (
  dag_id text NOT NULL,
  run_id text NOT NULL,
  uri text NOT NULL,
  event_id text NOT NULL,
  PRIMARY KEY (dag_id, run_id, uri, event_id)
);
CREATE INDEX dataset_run_of_event ON projection.dataset_run (uri, event_id);

-- run-events: up to where a DAG took the events of a dataset that it waits for, by partition of dataset-events. What lies behind waits.
CREATE TABLE projection.dataset_cursor (
  dag_id text NOT NULL,
  uri text NOT NULL,
  partition int NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (dag_id, uri, partition)
);

-- dags: JSON of what the DAG waits for, of how its runs take events, and what becomes of those that came while it was paused.
ALTER TABLE projection.dag ADD COLUMN datasets text, ADD COLUMN dataset_events text, ADD COLUMN on_unpause text;
