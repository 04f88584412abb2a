import type { RunEvent } from '../../../../schemas/generated/records.ts'
import { datasetIdOf } from '../../../core/dataset-id.ts'
import type { Session } from '../../../platform/store/session.ts'
import { upsertRows } from '../write-rows.ts'
import { foldCursors, foldDatasetEvents, foldDatasetRuns, type PlacedDatasetEvent } from './fold.ts'
import { type KeptDatasetEvents, pruneOldest } from './prune.ts'
import { type CursorRow, type DatasetEventRow, type DatasetLinkRow, datasetLinkTable } from './rows.ts'
import { unknownOf } from './unknown.ts'

/** Applies the dataset events of a batch inside the caller's transaction: one that is there already changes nothing. Answers the datasets that no DAG names. */
export const writeDatasetEvents = async (session: Session, events: readonly PlacedDatasetEvent[], kept: KeptDatasetEvents): Promise<ReadonlySet<string>> => {
  const rows = foldDatasetEvents(events)
  if (rows.length === 0) return new Set()
  const column = <K extends keyof DatasetEventRow>(name: K): readonly DatasetEventRow[K][] => rows.map((row) => row[name])
  const inserted = await session.query<{ uri: string; at: Date }>({
    name: 'insert dataset_event',
    text: `INSERT INTO projection.dataset_event (uri, event_id, partition, record_offset, at, extra, source_dag_id, source_run_id, source_task_id, source_map_index, producer)
SELECT r.uri, r.event_id, r.partition, r.record_offset, to_timestamp(r.at / 1000), r.extra, r.source_dag_id, r.source_run_id, r.source_task_id, r.source_map_index, r.producer
FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::double precision[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[], $11::text[])
  AS r(uri, event_id, partition, record_offset, at, extra, source_dag_id, source_run_id, source_task_id, source_map_index, producer)
ON CONFLICT DO NOTHING RETURNING uri, at`,
    values: [
      ...[column('uri'), column('event_id'), column('partition'), column('record_offset'), column('at'), column('extra').map(storable)],
      ...[column('source_dag_id'), column('source_run_id'), column('source_task_id'), column('source_map_index'), column('producer')],
    ],
  })
  const seen = new Map<string, { events: number; from: number; to: number }>()
  for (const { uri, at } of inserted) {
    const ms = at.getTime()
    const known = seen.get(uri) ?? { events: 0, from: ms, to: ms }
    seen.set(uri, { events: known.events + 1, from: Math.min(known.from, ms), to: Math.max(known.to, ms) })
  }
  const noted = await noteDatasets(session, seen)
  const counted = noted.map(({ uri, events: all }) => ({ uri, events: all, added: seen.get(uri)?.events ?? 0 }))
  await pruneOldest(session, counted, kept)
  return unknownOf(session, counted)
}

/** JSON text escapes it; Postgres refuses what it stands for only where that is looked at. */
const storable = (text: string): string => (text.includes('\u0000') ? text.replaceAll('\u0000', '\ufffd') : text)

/** Which datasets the newest versions of these DAGs name; those of DAGs that are gone go with them. */
export const writeDatasetLinks = async (
  session: Session,
  dags: readonly { readonly dag_id: string; readonly published_at: number }[],
  removed: readonly string[],
  links: readonly DatasetLinkRow[],
): Promise<void> => {
  const dagIds = [...dags.map(({ dag_id }) => dag_id), ...removed]
  if (dagIds.length === 0) return
  await session.query({ name: 'clear dataset_link', text: 'DELETE FROM projection.dataset_link WHERE dag_id = ANY($1)', values: [dagIds] })
  await upsertRows(session, datasetLinkTable, links)
  const at = new Map(dags.map(({ dag_id, published_at }) => [dag_id, published_at]))
  await noteDatasets(session, new Map(links.map(({ dag_id, uri }) => [uri, { events: 0, from: at.get(dag_id) ?? 0, to: at.get(dag_id) ?? 0 }])))
}

const noteDatasets = async (
  session: Session,
  seen: ReadonlyMap<string, { readonly events: number; readonly from: number; readonly to: number }>,
): Promise<readonly { readonly uri: string; readonly events: number }[]> => {
  if (seen.size === 0) return []
  const entries = [...seen].sort(([a], [b]) => (a < b ? -1 : 1))
  return session.query<{ uri: string; events: number }>({
    name: 'note dataset',
    text: `INSERT INTO projection.dataset AS d (uri, dataset_id, created_at, updated_at, events)
SELECT r.uri, r.id, to_timestamp(r.since / 1000), to_timestamp(r.until / 1000), r.events
FROM unnest($1::text[], $2::bigint[], $3::double precision[], $4::double precision[], $5::bigint[]) AS r(uri, id, since, until, events)
ON CONFLICT (uri) DO UPDATE SET created_at = least(d.created_at, excluded.created_at), updated_at = greatest(d.updated_at, excluded.updated_at), events = d.events + excluded.events
RETURNING uri, events`,
    values: [
      entries.map(([uri]) => uri),
      entries.map(([uri]) => datasetIdOf(uri)),
      entries.map(([, { from }]) => from),
      entries.map(([, { to }]) => to),
      entries.map(([, { events }]) => events),
    ],
  })
}

/** What runs took, and where DAGs stand, by the run events of a batch. */
export const writeDatasetRuns = async (session: Session, events: readonly RunEvent[]): Promise<void> => {
  const told = events.filter(({ cursors, datasetEvents }) => cursors !== null || datasetEvents.length > 0)
  if (told.length === 0) return
  const runs = foldDatasetRuns(told)
  if (runs.length > 0)
    await session.query({
      name: 'insert dataset_run',
      text: `INSERT INTO projection.dataset_run (dag_id, run_id, uri, event_id) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
      values: [runs.map((row) => row.dag_id), runs.map((row) => row.run_id), runs.map((row) => row.uri), runs.map((row) => row.event_id)],
    })
  const { gone, set, raised } = foldCursors(told)
  if (gone.length > 0)
    await session.query({
      name: 'drop dataset_cursor',
      text: 'DELETE FROM projection.dataset_cursor c USING unnest($1::text[], $2::text[]) AS k(dag_id, uri) WHERE c.dag_id = k.dag_id AND c.uri = k.uri',
      values: [gone.map((row) => row.dag_id), gone.map((row) => row.uri)],
    })
  if (set.length > 0)
    await session.query({
      name: 'set dataset_cursor',
      text: `INSERT INTO projection.dataset_cursor AS c (dag_id, uri, partition, next_offset) SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[])
ON CONFLICT (dag_id, uri, partition) DO UPDATE SET next_offset = greatest(c.next_offset, excluded.next_offset)`,
      values: cursorColumns(set),
    })
  if (raised.length > 0)
    await session.query({
      name: 'raise dataset_cursor',
      text: `UPDATE projection.dataset_cursor c SET next_offset = greatest(c.next_offset, k.next_offset)
FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) AS k(dag_id, uri, partition, next_offset) WHERE c.dag_id = k.dag_id AND c.uri = k.uri AND c.partition = k.partition`,
      values: cursorColumns(raised),
    })
}

const cursorColumns = (rows: readonly CursorRow[]): unknown[] => [
  rows.map((row) => row.dag_id),
  rows.map((row) => row.uri),
  rows.map((row) => row.partition),
  rows.map((row) => row.next_offset),
]
