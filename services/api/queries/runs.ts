import type { DagRun, DagRunsQuery } from '../../../schemas/http/dag-runs.ts'
import type { DagVersion } from '../../../schemas/http/dag-versions.ts'
import type { ApiRunState } from '../../../schemas/http/states.ts'
import type { RunBar } from '../../../schemas/http/ui-dags.ts'
import { findDag } from './dags.ts'
import { noRun } from './not-found.ts'
import { orderSql } from './order.ts'
import { iso, jsonObject, likePattern, pageOf, seconds } from './page.ts'
import { rangeConditions } from './range.ts'
import type { DagRunTable, Db } from './tables.ts'
import { versionsOf } from './versions.ts'

export const runAnswer = (row: DagRunTable, version: DagVersion | undefined): DagRun => ({
  dag_run_id: row.run_id,
  dag_id: row.dag_id,
  dag_display_name: row.dag_id,
  logical_date: iso(row.logical_date),
  queued_at: iso(row.queued_at),
  start_date: iso(row.started_at),
  end_date: iso(row.ended_at),
  duration: seconds(row.started_at, row.ended_at),
  data_interval_start: iso(row.data_interval_start),
  data_interval_end: iso(row.data_interval_end),
  run_after: row.run_after.toISOString(),
  last_scheduling_decision: iso(row.at),
  run_type: row.run_type as DagRun['run_type'],
  state: row.state as ApiRunState,
  reason: row.reason,
  triggered_by: row.triggered_by,
  triggering_user_name: row.run_type === 'manual' ? row.triggered_by : null,
  conf: jsonObject(row.conf),
  note: row.note,
  backfill_id: row.backfill_id,
  dag_versions: version ? [version] : [],
  bundle_version: version?.bundle_version ?? null,
  event_number: row.n,
})

export const barAnswer = (
  row: Pick<DagRunTable, 'run_id' | 'state' | 'run_type' | 'logical_date' | 'run_after' | 'queued_at' | 'started_at' | 'ended_at' | 'n'>,
): RunBar => ({
  dag_run_id: row.run_id,
  state: row.state as ApiRunState,
  run_type: row.run_type as RunBar['run_type'],
  logical_date: iso(row.logical_date),
  run_after: row.run_after.toISOString(),
  queued_at: iso(row.queued_at),
  start_date: iso(row.started_at),
  end_date: iso(row.ended_at),
  event_number: row.n,
})

const duration = '(coalesce(ended_at, now()) - started_at)'

const orderColumns = {
  dag_id: 'dag_id',
  run_id: 'run_id',
  dag_run_id: 'run_id',
  id: 'run_id',
  state: 'state',
  run_type: 'run_type',
  logical_date: 'logical_date',
  run_after: 'run_after',
  queued_at: 'queued_at',
  start_date: 'started_at',
  end_date: 'ended_at',
  duration,
  data_interval_start: 'data_interval_start',
  data_interval_end: 'data_interval_end',
}

export const listRuns = async (db: Db, dagId: string, query: DagRunsQuery): Promise<{ readonly dag_runs: DagRun[]; readonly total_entries: number }> => {
  if (dagId !== '~') await findDag(db, dagId)
  let filtered = db.selectFrom('dag_run')
  if (dagId !== '~') filtered = filtered.where('dag_id', '=', dagId)
  if (query.state?.length) filtered = filtered.where('state', 'in', query.state)
  if (query.run_type?.length) filtered = filtered.where('run_type', 'in', query.run_type)
  if (query.run_id_pattern !== undefined) filtered = filtered.where('run_id', 'ilike', likePattern(query.run_id_pattern))
  if (query.dag_id_pattern !== undefined) filtered = filtered.where('dag_id', 'ilike', likePattern(query.dag_id_pattern))
  for (const condition of rangeConditions(query, { run_after: 'run_after', logical_date: 'logical_date', start_date: 'started_at', end_date: 'ended_at' }))
    filtered = filtered.where(condition)
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .selectAll()
      .orderBy(orderSql(orderColumns, query.order_by, 'run_after desc, dag_id, run_id desc'))
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  const versions = await versionsOf(db, rows)
  return { dag_runs: rows.map((row) => runAnswer(row, versions.get(`${row.dag_id}@${row.version}`))), total_entries: count.total }
}

export const findRun = async (db: Db, dagId: string, runId: string): Promise<DagRunTable> => {
  const row = await db.selectFrom('dag_run').selectAll().where('dag_id', '=', dagId).where('run_id', '=', runId).executeTakeFirst()
  if (row) return row
  await findDag(db, dagId)
  throw noRun(dagId, runId)
}

export const getRun = async (db: Db, dagId: string, runId: string): Promise<DagRun> => {
  const row = await findRun(db, dagId, runId)
  const versions = await versionsOf(db, [row])
  return runAnswer(row, versions.get(`${row.dag_id}@${row.version}`))
}
