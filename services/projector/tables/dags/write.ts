import type { Session } from '../../../platform/store/session.ts'
import { writeDatasetLinks } from '../datasets/write.ts'
import { upsertRows } from '../write-rows.ts'
import { type DagRecord, foldDagRecords } from './fold.ts'
import { type DagVersionRow, dagTable, dagVersionTaskTable } from './rows.ts'

/** Applies the DAG records of a batch inside the caller's transaction. */
export const writeDags = async (session: Session, records: readonly DagRecord[]): Promise<void> => {
  if (records.length === 0) return
  const changes = foldDagRecords(records)
  await upsertRows(session, dagTable, changes.dags)
  for (const version of changes.versions) await upsertVersion(session, version)
  await upsertRows(session, dagVersionTaskTable, changes.tasks)
  await writeDatasetLinks(session, changes.dags, changes.removedDags, changes.links)
  if (changes.removedDags.length > 0)
    await session.query({ text: 'UPDATE projection.dag SET removed = true WHERE dag_id = ANY($1)', values: [changes.removedDags] })
  for (const { dagId, version } of changes.removedVersions) {
    await session.query({ text: 'DELETE FROM projection.dag_version_task WHERE dag_id = $1 AND version = $2', values: [dagId, version] })
    await session.query({ text: 'DELETE FROM projection.dag_version WHERE dag_id = $1 AND version = $2', values: [dagId, version] })
  }
}

/** Versions are numbered as they come; one that is published again keeps its number. */
const upsertVersion = async (session: Session, row: DagVersionRow): Promise<void> => {
  await session.query({
    name: 'upsert dag_version',
    text: `INSERT INTO projection.dag_version AS v (dag_id, version, version_number, definition, source, fileloc, bundle, published_by, published_at)
SELECT $1, $2, coalesce(max(version_number), 0) + 1, $3, $4, $5, $6, $7, to_timestamp($8::double precision / 1000) FROM projection.dag_version WHERE dag_id = $1
ON CONFLICT (dag_id, version) DO UPDATE SET definition = excluded.definition, source = excluded.source, fileloc = excluded.fileloc, bundle = excluded.bundle,
  published_by = excluded.published_by, published_at = excluded.published_at`,
    values: [
      row.dag_id,
      row.version,
      row.definition,
      row.source?.replaceAll('\u0000', '\ufffd') ?? null,
      row.fileloc,
      row.bundle,
      row.published_by,
      row.published_at,
    ],
  })
}
