-- task-events: what a deferred instance waits for (JSON of ShownTrigger), and since when. Heartbeats: how many triggers a triggerer holds.
ALTER TABLE projection.task_instance ADD COLUMN trigger text, ADD COLUMN deferred_at timestamptz;
ALTER TABLE projection.worker ADD COLUMN live int NOT NULL DEFAULT 0;

DROP VIEW projection.instance;
CREATE VIEW projection.instance AS
SELECT r.dag_id, r.run_id, t.task_id, coalesce(i.map_index, -1) AS map_index, i.n, i.at, i.state, coalesce(i.try_number, 0) AS try_number,
  i.scheduled_at, i.queued_at, i.started_at, i.ended_at, i.due_at, i.reason, i.error, i.worker, i.hostname, i.pid, i.rendered,
  coalesce(i.queue, t.queue) AS queue, coalesce(i.pool, t.pool) AS pool, coalesce(i.operator, t.operator) AS operator,
  t.position, t.pool_slots, t.priority_weight, t.max_tries + coalesce(i.tries_before, 0) AS max_tries, i.note, i.trigger, i.deferred_at,
  r.version, r.logical_date, r.run_after, r.data_interval_start, r.data_interval_end
FROM projection.dag_run r
JOIN projection.dag_version_task t ON t.dag_id = r.dag_id AND t.version = r.version
LEFT JOIN projection.task_instance i ON i.dag_id = r.dag_id AND i.run_id = r.run_id AND i.task_id = t.task_id
UNION ALL
SELECT i.dag_id, i.run_id, i.task_id, i.map_index, i.n, i.at, i.state, i.try_number,
  i.scheduled_at, i.queued_at, i.started_at, i.ended_at, i.due_at, i.reason, i.error, i.worker, i.hostname, i.pid, i.rendered,
  i.queue, i.pool, i.operator,
  2147483647, 1, 1, greatest(i.try_number, 1), i.note, i.trigger, i.deferred_at, r.version, r.logical_date, r.run_after, r.data_interval_start, r.data_interval_end
FROM projection.task_instance i
JOIN projection.dag_run r ON r.dag_id = i.dag_id AND r.run_id = i.run_id
WHERE NOT EXISTS (SELECT FROM projection.dag_version_task t WHERE t.dag_id = r.dag_id AND t.version = r.version AND t.task_id = i.task_id);
