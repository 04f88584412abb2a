/** What waits for DAGs: the events that lie behind their cursors. */
import { sql } from '#kysely'
import type { DagAssetWaits } from '../../../schemas/http/assets.ts'
import type { DatasetCondition, DatasetEventsMode } from '../../core/dag.ts'
import { conditionText, holds, urisOf } from '../../core/dataset-condition.ts'
import { datasetIdOf } from '../../core/dataset-id.ts'
import { eventsModeText, missingText } from '../../core/dataset-words.ts'
import { findDag } from './dags.ts'
import { iso } from './page.ts'
import type { Db } from './tables.ts'

export interface Wait {
  readonly dag_id: string
  readonly uri: string
  readonly events: number
  readonly oldest: Date
  readonly newest: Date
}

/** By DAG and dataset, where anything waits. */
export const waitsOf = async (db: Db, by: { readonly dagIds?: readonly string[]; readonly uri?: string }): Promise<readonly Wait[]> => {
  const ofDags = by.dagIds === undefined ? sql`` : sql` AND c.dag_id = ANY(${by.dagIds}::text[])`
  const ofDataset = by.uri === undefined ? sql`` : sql` AND c.uri = ${by.uri}`
  const { rows } = await sql<Wait>`
SELECT c.dag_id, c.uri, count(*) AS events, min(e.at) AS oldest, max(e.at) AS newest
FROM projection.dataset_cursor c
JOIN projection.dataset_event e ON e.uri = c.uri AND e.partition = c.partition AND e.record_offset >= c.next_offset
WHERE true${ofDags}${ofDataset} GROUP BY c.dag_id, c.uri ORDER BY c.dag_id, c.uri`.execute(db)
  return rows
}

export const queuedAnswer = (waits: readonly Wait[]) => ({
  queued_events: waits.map(({ dag_id, uri, events, oldest }) => ({
    ...{ asset_id: datasetIdOf(uri), uri, dag_id, dag_display_name: dag_id, created_at: oldest.toISOString(), events },
  })),
  total_entries: waits.length,
})

export const dagWaits = async (db: Db, dagId: string): Promise<DagAssetWaits> => {
  await findDag(db, dagId)
  const [one] = await waitAnswers(db, [dagId])
  return one ?? nothing(dagId)
}

/** The DAGs that wait for a dataset. */
export const consumersOf = async (db: Db, uri: string): Promise<DagAssetWaits[]> => {
  const rows = await db.selectFrom('dataset_link').select('dag_id').where('uri', '=', uri).where('kind', '=', 'schedule').orderBy('dag_id').execute()
  return waitAnswers(
    db,
    rows.map(({ dag_id }) => dag_id),
  )
}

const waitAnswers = async (db: Db, dagIds: readonly string[]): Promise<DagAssetWaits[]> => {
  if (dagIds.length === 0) return []
  const [dags, waits] = await Promise.all([
    db
      .selectFrom('dag as d')
      .leftJoin('dag_state as s', 's.dag_id', 'd.dag_id')
      .select(['d.dag_id', 'd.datasets', 'd.dataset_events', 'd.on_unpause', 'd.paused_upon_creation', 's.paused'])
      .where('d.dag_id', 'in', dagIds)
      .where('d.removed', '=', false)
      .orderBy('d.dag_id')
      .execute(),
    waitsOf(db, { dagIds }),
  ])
  return dags.map((dag) => {
    const condition: DatasetCondition | null = dag.datasets === null ? null : JSON.parse(dag.datasets)
    if (condition === null) return { ...nothing(dag.dag_id), is_paused: dag.paused ?? dag.paused_upon_creation }
    const own = new Map(waits.filter(({ dag_id }) => dag_id === dag.dag_id).map((wait) => [wait.uri, wait]))
    const mode: DatasetEventsMode = JSON.parse(dag.dataset_events ?? '{"mode":"batch"}')
    return {
      dag_id: dag.dag_id,
      is_paused: dag.paused ?? dag.paused_upon_creation,
      asset_expression: expressionOf(condition),
      condition: conditionText(condition),
      events_mode: eventsModeText(mode),
      on_unpause: dag.on_unpause === 'consume' ? 'consume' : 'skip',
      assets: urisOf(condition).map((uri) => {
        const wait = own.get(uri)
        return { asset_id: datasetIdOf(uri), uri, events: wait?.events ?? 0, oldest: iso(wait?.oldest ?? null), newest: iso(wait?.newest ?? null) }
      }),
      sentence: missingText(condition, (uri) => own.get(uri)?.events ?? 0),
      is_due: holds(condition, (uri) => own.has(uri)),
    }
  })
}

const nothing = (dagId: string): DagAssetWaits => ({
  ...{ dag_id: dagId, is_paused: false, asset_expression: null, condition: '', events_mode: 'batch', on_unpause: 'skip', assets: [], is_due: false },
  sentence: 'It waits for no dataset.',
})

const expressionOf = (condition: DatasetCondition): unknown => {
  if ('uri' in condition) return { asset: { uri: condition.uri, name: condition.uri, group: 'asset', id: datasetIdOf(condition.uri) } }
  return 'all' in condition ? { all: condition.all.map(expressionOf) } : { any: condition.any.map(expressionOf) }
}
