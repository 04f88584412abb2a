import { sql } from '#kysely'
import type { LiveMonitor } from '../../../schemas/http/live-events.ts'
import type { Db } from './tables.ts'

export type MonitorMarks = Readonly<Record<LiveMonitor['part'], string>>

/** What is shown of each part, so short that it can be compared. */
export const monitorMarks = async (db: Db): Promise<MonitorMarks> => {
  const { rows } = await sql<MonitorMarks>`SELECT
  (SELECT coalesce(md5(e.pools || e.unserved_queues::text || (e.waiting > 0)::text), '')
   FROM (SELECT * FROM projection.executor_status ORDER BY epoch DESC, seen_at DESC LIMIT 1) e) AS executor,
  concat(
    (SELECT md5(string_agg(concat(incarnation, draining, left_at, slots, queues, attempts), ' ' ORDER BY incarnation)) FROM projection.worker),
    (SELECT md5(string_agg(concat(incarnation, topics), ' ' ORDER BY incarnation)) FROM projection.watcher_status)) AS workers,
  (SELECT coalesce(md5(string_agg(concat(incarnation, columns, stopped), ' ' ORDER BY incarnation)), '') FROM projection.scheduler_status) AS schedulers,
  (SELECT concat(count(*), max(at)) FROM projection.dead_letter) AS dead_letters`.execute(db)
  const [row] = rows
  if (!row) throw new Error('a SELECT without FROM has one row')
  return row
}
