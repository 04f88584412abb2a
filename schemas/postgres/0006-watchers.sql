-- heartbeats of watchers: which topics they watch for datasets, and how far they are.
CREATE TABLE projection.watcher_status (
  incarnation text PRIMARY KEY,
  counter bigint NOT NULL,
  seen_at timestamptz NOT NULL,
  hostname text NOT NULL,
  pid int NOT NULL,
  topics text NOT NULL
);
