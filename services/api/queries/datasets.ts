/** Datasets as Airflow's assets. */
import { sql } from '#kysely'
import type { Asset, AssetsQuery } from '../../../schemas/http/assets.ts'
import { datasetEventNumber } from '../../core/dataset-id.ts'
import { MillraceError } from '../../core/errors.ts'
import { orderSql } from './order.ts'
import { likePattern, pageOf } from './page.ts'
import type { DatasetTable, Db } from './tables.ts'

const orderColumns = { id: 'dataset_id', uri: 'uri', name: 'uri', created_at: 'created_at', updated_at: 'updated_at' }

export const listAssets = async (db: Db, query: AssetsQuery): Promise<{ readonly assets: Asset[]; readonly total_entries: number }> => {
  let filtered = db.selectFrom('dataset')
  for (const pattern of [query.uri_pattern, query.name_pattern]) if (pattern !== undefined) filtered = filtered.where('uri', 'ilike', likePattern(pattern))
  if (query.dag_ids?.length) filtered = filtered.where('uri', 'in', db.selectFrom('dataset_link').select('uri').where('dag_id', 'in', query.dag_ids))
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .selectAll()
      .orderBy(orderSql(orderColumns, query.order_by, 'uri asc'))
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { assets: await assetAnswers(db, rows), total_entries: count.total }
}

export const getAsset = async (db: Db, assetId: number): Promise<Asset> => {
  const row = await findAsset(db, assetId)
  const [asset] = await assetAnswers(db, [row])
  return asset ?? noAsset(assetId)
}

export const findAsset = async (db: Db, assetId: number): Promise<DatasetTable> =>
  (await db.selectFrom('dataset').selectAll().where('dataset_id', '=', assetId).executeTakeFirst()) ?? noAsset(assetId)

const noAsset = (assetId: number): never => {
  throw new MillraceError('dataset_not_found', `There is no dataset with the id ${assetId}. See the list of datasets: GET /api/v2/assets.`)
}

const assetAnswers = async (db: Db, rows: readonly DatasetTable[]): Promise<Asset[]> => {
  const uris = rows.map(({ uri }) => uri)
  if (uris.length === 0) return []
  const [links, last] = await Promise.all([
    db
      .selectFrom('dataset_link as l')
      .innerJoin('dag as d', 'd.dag_id', 'l.dag_id')
      .select(['l.dag_id', 'l.uri', 'l.kind', 'l.task_id', 'd.published_at'])
      .where('l.uri', 'in', uris)
      .where('d.removed', '=', false)
      .orderBy('l.dag_id')
      .orderBy('l.task_id')
      .execute(),
    sql<{ uri: string; partition: number; record_offset: number; at: Date }>`
SELECT u.uri, e.partition, e.record_offset, e.at FROM unnest(${uris}::text[]) AS u(uri)
CROSS JOIN LATERAL (SELECT partition, record_offset, at FROM projection.dataset_event WHERE uri = u.uri ORDER BY at DESC, partition DESC, record_offset DESC LIMIT 1) e`.execute(
      db,
    ),
  ])
  const newest = new Map(last.rows.map((row) => [row.uri, row]))
  return rows.map((row) => {
    const own = links.filter(({ uri }) => uri === row.uri)
    const dagReference = ({ dag_id, published_at }: (typeof links)[number]) => ({
      dag_id,
      created_at: published_at.toISOString(),
      updated_at: published_at.toISOString(),
    })
    const tasks = (kind: string) => own.filter((link) => link.kind === kind).map((link) => ({ ...dagReference(link), task_id: link.task_id }))
    const event = newest.get(row.uri)
    return {
      ...{ id: row.dataset_id, name: row.uri, uri: row.uri, group: 'asset', extra: {} },
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
      scheduled_dags: own.filter(({ kind }) => kind === 'schedule').map(dagReference),
      producing_tasks: tasks('outlet'),
      consuming_tasks: tasks('inlet'),
      aliases: [],
      last_asset_event: event ? { id: datasetEventNumber(event.partition, event.record_offset), timestamp: event.at.toISOString() } : null,
      event_count: row.events,
    }
  })
}
