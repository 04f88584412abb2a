-- run-events, kind backfill: the newest event of each. Its runs are those of dag_run with its id.
CREATE TABLE projection.backfill (
  dag_id text NOT NULL,
  backfill_id text NOT NULL,
  n bigint NOT NULL,
  at timestamptz NOT NULL,
  state text NOT NULL,
  from_date timestamptz NOT NULL,
  to_date timestamptz NOT NULL,
  reprocess text NOT NULL,
  max_active_runs int NOT NULL,
  newest_first boolean NOT NULL,
  conf text NOT NULL,
  principal text,
  created_at timestamptz NOT NULL,
  total int NOT NULL,
  taken int NOT NULL,
  skipped int NOT NULL,
  PRIMARY KEY (dag_id, backfill_id)
);
CREATE INDEX backfill_recent ON projection.backfill (created_at DESC);

ALTER TABLE projection.dag_run ADD COLUMN backfill_id text;
CREATE INDEX dag_run_of_backfill ON projection.dag_run (dag_id, backfill_id) WHERE backfill_id IS NOT NULL;
