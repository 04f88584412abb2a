import { sql } from '#kysely'
import type { RunGroupCollection, RunGroupsQuery } from '../../../schemas/http/ui-run-groups.ts'
import { findDag } from './dags.ts'
import { pageOf } from './page.ts'
import type { Db } from './tables.ts'

interface Row {
  readonly hour: Date
  readonly total: number
  readonly queued: number
  readonly running: number
  readonly success: number
  readonly failed: number
}

const hourMs = 3_600_000

/** Runs by the hour in UTC: hours without a run are left out. */
export const listRunGroups = async (db: Db, dagId: string, query: RunGroupsQuery): Promise<RunGroupCollection> => {
  await findDag(db, dagId)
  const { limit, offset } = pageOf(query)
  const wanted = sql`dag_id = ${dagId}${query.state ? sql` AND state = ANY(${query.state}::text[])` : sql``}${
    query.run_type ? sql` AND run_type = ANY(${query.run_type}::text[])` : sql``
  }`
  const [{ rows }, count] = await Promise.all([
    sql<Row>`SELECT date_trunc('hour', run_after, 'UTC') AS hour, count(*)::int AS total,
  count(*) FILTER (WHERE state = 'queued')::int AS queued, count(*) FILTER (WHERE state = 'running')::int AS running,
  count(*) FILTER (WHERE state = 'success')::int AS success, count(*) FILTER (WHERE state = 'failed')::int AS failed
FROM projection.dag_run WHERE ${wanted} GROUP BY 1 ORDER BY 1 DESC LIMIT ${limit} OFFSET ${offset}`.execute(db),
    sql<{ hours: number }>`SELECT count(DISTINCT date_trunc('hour', run_after, 'UTC'))::int AS hours FROM projection.dag_run WHERE ${wanted}`.execute(db),
  ])
  const groups = rows.map(({ hour, ...counts }) => ({ from: hour.toISOString(), to: new Date(hour.getTime() + hourMs).toISOString(), ...counts }))
  return { groups, total_entries: count.rows[0]?.hours ?? 0 }
}
