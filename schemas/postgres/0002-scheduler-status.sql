-- heartbeats of schedulers: which columns they own, and which of them stand still.
CREATE TABLE projection.scheduler_status (
  incarnation text PRIMARY KEY,
  counter bigint NOT NULL,
  seen_at timestamptz NOT NULL,
  hostname text NOT NULL,
  pid int NOT NULL,
  columns text NOT NULL,
  stopped text NOT NULL,
  clock_off_ms bigint
);
