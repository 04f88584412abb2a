/** Dataset events as Airflow's asset events, and the runs that took them. */
import { type RawBuilder, sql } from '#kysely'
import type { AssetEvent, AssetEventsQuery, LiveAssetEvent } from '../../../schemas/http/assets.ts'
import type { ApiRunState } from '../../../schemas/http/states.ts'
import { datasetEventNumber, datasetIdOf } from '../../core/dataset-id.ts'
import { orderSql } from './order.ts'
import { iso, jsonObject, pageOf } from './page.ts'
import { rangeConditions } from './range.ts'
import { getRun } from './runs.ts'
import type { DatasetEventTable, Db } from './tables.ts'

export type EventRow = Omit<DatasetEventTable, 'at'> & { readonly at: Date }

/** The event without its runs. */
export const eventAnswer = (row: EventRow): LiveAssetEvent => ({
  ...{ id: datasetEventNumber(row.partition, row.record_offset), asset_id: datasetIdOf(row.uri), uri: row.uri, name: row.uri, group: 'asset' },
  extra: jsonObject(row.extra),
  source_dag_id: row.source_dag_id,
  source_run_id: row.source_run_id,
  source_task_id: row.source_task_id,
  source_map_index: row.source_map_index ?? -1,
  timestamp: row.at.toISOString(),
  event_id: row.event_id,
  producer: row.producer,
})

const orderColumns = {
  id: '(record_offset * 64 + partition)',
  timestamp: 'at',
  asset_id: 'uri',
  source_dag_id: 'source_dag_id',
  source_run_id: 'source_run_id',
  source_task_id: 'source_task_id',
}

type Events = { readonly asset_events: AssetEvent[]; readonly total_entries: number }

export const listAssetEvents = async (db: Db, query: AssetEventsQuery): Promise<Events> => {
  let filtered = db.selectFrom('dataset_event')
  if (query.uri !== undefined) filtered = filtered.where('uri', '=', query.uri)
  if (query.asset_id !== undefined) filtered = filtered.where('uri', 'in', db.selectFrom('dataset').select('uri').where('dataset_id', '=', query.asset_id))
  for (const name of ['source_dag_id', 'source_run_id', 'source_task_id'] as const) {
    const value = query[name]
    if (value !== undefined) filtered = filtered.where(name, '=', value)
  }
  if (query.source_map_index !== undefined) filtered = filtered.where(sql<number>`coalesce(source_map_index, -1)`, '=', query.source_map_index)
  for (const condition of rangeConditions(query, { timestamp: 'at' })) filtered = filtered.where(condition)
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .selectAll()
      .orderBy(orderSql(orderColumns, query.order_by, 'at desc, record_offset desc, partition desc'))
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { asset_events: await withRuns(db, rows), total_entries: count.total }
}

/** The events that a run took, oldest first. */
export const upstreamEvents = async (db: Db, dagId: string, runId: string): Promise<Events> => {
  await getRun(db, dagId, runId)
  const rows = await db
    .selectFrom('dataset_run as r')
    .innerJoin('dataset_event as e', (join) => join.onRef('e.uri', '=', 'r.uri').onRef('e.event_id', '=', 'r.event_id'))
    .selectAll('e')
    .where('r.dag_id', '=', dagId)
    .where('r.run_id', '=', runId)
    .orderBy('e.at')
    .orderBy('e.record_offset')
    .execute()
  return { asset_events: await withRuns(db, rows), total_entries: rows.length }
}

export const withRuns = async (db: Db, rows: readonly EventRow[]): Promise<AssetEvent[]> => {
  if (rows.length === 0) return []
  const keys = rows.map(({ uri, event_id }) => sql`(${uri}, ${event_id})`)
  const list: RawBuilder<unknown> = sql.join(keys)
  const taken = await sql<TakingRun>`
SELECT t.uri, t.event_id, r.dag_id, r.run_id, r.state, r.logical_date, r.started_at, r.ended_at, r.data_interval_start, r.data_interval_end
FROM projection.dataset_run t JOIN projection.dag_run r ON r.dag_id = t.dag_id AND r.run_id = t.run_id
WHERE (t.uri, t.event_id) IN (${list}) ORDER BY r.run_after, r.dag_id`.execute(db)
  const runs = new Map<string, AssetEvent['created_dagruns'][number][]>()
  for (const row of taken.rows) {
    const key = `${row.uri}\n${row.event_id}`
    const answer = {
      ...{ run_id: row.run_id, dag_id: row.dag_id, state: row.state as ApiRunState, logical_date: iso(row.logical_date) },
      ...{ start_date: iso(row.started_at), end_date: iso(row.ended_at) },
      ...{ data_interval_start: iso(row.data_interval_start), data_interval_end: iso(row.data_interval_end) },
    }
    const known = runs.get(key)
    if (known) known.push(answer)
    else runs.set(key, [answer])
  }
  return rows.map((row) => ({ ...eventAnswer(row), created_dagruns: runs.get(`${row.uri}\n${row.event_id}`) ?? [] }))
}

interface TakingRun {
  readonly uri: string
  readonly event_id: string
  readonly dag_id: string
  readonly run_id: string
  readonly state: string
  readonly logical_date: Date | null
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly data_interval_start: Date | null
  readonly data_interval_end: Date | null
}
