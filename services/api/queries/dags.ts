import { sql } from '#kysely'
import type { Dag, DagDetails, DagsQuery } from '../../../schemas/http/dags.ts'
import { noDag } from './not-found.ts'
import { orderSql } from './order.ts'
import { iso, jsonObject, likePattern, pageOf } from './page.ts'
import type { DagListView, Db } from './tables.ts'
import { newestVersion } from './versions.ts'

export const dagAnswer = (row: DagListView): Dag => ({
  dag_id: row.dag_id,
  dag_display_name: row.dag_id,
  is_paused: row.paused,
  is_stale: row.stale,
  last_parsed_time: iso(row.published_at),
  bundle_name: row.published_by,
  bundle_version: row.bundle,
  relative_fileloc: row.fileloc,
  fileloc: row.fileloc ?? '',
  description: row.description,
  timetable_summary: row.schedule_text,
  timetable_description: row.schedule_text ?? 'Never, external triggers only',
  timezone: row.timezone,
  tags: row.tags.map((name) => ({ name, dag_id: row.dag_id })),
  owners: [row.owner],
  max_active_tasks: row.max_active_tasks,
  max_active_runs: row.max_active_runs,
  max_consecutive_failed_dag_runs: 0,
  has_task_concurrency_limits: row.has_task_limits,
  has_import_errors: row.has_import_errors,
  next_dagrun_logical_date: iso(row.next_logical_date),
  next_dagrun_data_interval_start: iso(row.next_data_interval_start),
  next_dagrun_data_interval_end: iso(row.next_data_interval_end),
  next_dagrun_run_after: iso(row.next_run_after),
  file_token: '',
})

const orderColumns = {
  dag_id: 'dag_id',
  dag_display_name: 'dag_id',
  is_paused: 'paused',
  next_dagrun_run_after: 'next_run_after',
  last_parsed_time: 'published_at',
  last_run_state: 'last_run_state',
  last_run_start_date: 'last_run_start_date',
}

export const listDags = async (db: Db, query: DagsQuery): Promise<{ readonly rows: readonly DagListView[]; readonly total: number }> => {
  let filtered = db.selectFrom('dag_list')
  if (query.exclude_stale !== false) filtered = filtered.where('stale', '=', false)
  if (query.paused !== undefined) filtered = filtered.where('paused', '=', query.paused)
  if (query.has_import_errors !== undefined) filtered = filtered.where('has_import_errors', '=', query.has_import_errors)
  if (query.last_dag_run_state !== undefined) filtered = filtered.where('last_run_state', '=', query.last_dag_run_state)
  if (query.owners?.length) filtered = filtered.where('owner', 'in', query.owners)
  if (query.tags?.length)
    filtered = filtered.where(query.tags_match_mode === 'all' ? sql<boolean>`tags @> ${query.tags}::text[]` : sql<boolean>`tags && ${query.tags}::text[]`)
  for (const pattern of [query.dag_id_pattern, query.dag_display_name_pattern])
    if (pattern !== undefined) filtered = filtered.where('dag_id', 'ilike', likePattern(pattern))
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .selectAll()
      .orderBy(orderSql(orderColumns, query.order_by, 'dag_id'))
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { rows, total: count.total }
}

export const findDag = async (db: Db, dagId: string): Promise<DagListView> => {
  const row = await db.selectFrom('dag_list').selectAll().where('dag_id', '=', dagId).executeTakeFirst()
  if (!row) throw noDag(dagId)
  return row
}

export const dagDetails = async (db: Db, dagId: string): Promise<DagDetails> => {
  const row = await findDag(db, dagId)
  return {
    ...dagAnswer(row),
    catchup: row.catchup,
    dag_run_timeout: row.dagrun_timeout_ms === null ? null : row.dagrun_timeout_ms / 1000,
    doc_md: row.doc,
    start_date: iso(row.start_date),
    end_date: iso(row.end_date),
    is_paused_upon_creation: row.paused_upon_creation,
    params: jsonObject(row.params),
    last_parsed: iso(row.published_at),
    concurrency: row.max_active_tasks,
    latest_dag_version: await newestVersion(db, dagId),
    task_count: row.task_count,
    event_number: row.n,
  }
}
