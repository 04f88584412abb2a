import type { DagVersion } from '../../../schemas/http/dag-versions.ts'
import type { DagDefinition } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { noDag } from './not-found.ts'
import { orderSql } from './order.ts'
import { type Page, pageOf } from './page.ts'
import type { DagVersionTable, Db } from './tables.ts'

const listColumns = ['dag_id', 'version', 'version_number', 'bundle', 'published_by', 'published_at'] as const

export const versionAnswer = (row: Pick<DagVersionTable, (typeof listColumns)[number]>): DagVersion => ({
  id: row.version,
  version_number: row.version_number,
  dag_id: row.dag_id,
  dag_display_name: row.dag_id,
  bundle_name: row.published_by,
  bundle_version: row.bundle,
  bundle_url: null,
  created_at: row.published_at.toISOString(),
})

export const listVersions = async (
  db: Db,
  dagId: string,
  query: Partial<Page> & { readonly order_by?: readonly string[] },
): Promise<{ readonly dag_versions: DagVersion[]; readonly total_entries: number }> => {
  let filtered = db.selectFrom('dag_version')
  if (dagId !== '~') filtered = filtered.where('dag_id', '=', dagId)
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .select(listColumns)
      .orderBy(orderSql({ version_number: 'version_number', created_at: 'published_at' }, query.order_by, 'dag_id, version_number desc'))
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  if (dagId !== '~' && count.total === 0) throw noDag(dagId)
  return { dag_versions: rows.map(versionAnswer), total_entries: count.total }
}

/** By its hash or by its number. */
export const findVersion = async (db: Db, dagId: string, wanted: string | number): Promise<DagVersionTable> => {
  const rows = db.selectFrom('dag_version').selectAll().where('dag_id', '=', dagId)
  const byHash = typeof wanted === 'string' ? await rows.where('version', '=', wanted).executeTakeFirst() : undefined
  const number = Number(wanted)
  const row =
    byHash ?? (Number.isSafeInteger(number) && number > 0 && number < 2 ** 31 ? await rows.where('version_number', '=', number).executeTakeFirst() : undefined)
  if (row) return row
  throw (await newestVersion(db, dagId)) ? new MillraceError('dag_not_found', `DAG ${dagId} has no version ${wanted}. See its list of versions.`) : noDag(dagId)
}

/** The version that the DAG has now. */
export const currentVersion = async (db: Db, dagId: string): Promise<DagVersionTable> => {
  const row = await db
    .selectFrom('dag_version')
    .innerJoin('dag_list', (join) => join.onRef('dag_list.dag_id', '=', 'dag_version.dag_id').onRef('dag_list.version', '=', 'dag_version.version'))
    .selectAll('dag_version')
    .where('dag_version.dag_id', '=', dagId)
    .executeTakeFirst()
  if (!row) throw noDag(dagId)
  return row
}

export const newestVersion = async (db: Db, dagId: string): Promise<DagVersion | null> => {
  const row = await db.selectFrom('dag_version').select(listColumns).where('dag_id', '=', dagId).orderBy('version_number', 'desc').limit(1).executeTakeFirst()
  return row ? versionAnswer(row) : null
}

/** The versions of some rows, by `dag_id@version`. */
export const versionsOf = async (db: Db, rows: readonly { readonly dag_id: string; readonly version: string }[]): Promise<ReadonlyMap<string, DagVersion>> => {
  if (rows.length === 0) return new Map()
  const dagIds = [...new Set(rows.map((row) => row.dag_id))]
  const versions = [...new Set(rows.map((row) => row.version))]
  const found = await db.selectFrom('dag_version').select(listColumns).where('dag_id', 'in', dagIds).where('version', 'in', versions).execute()
  return new Map(found.map((row) => [`${row.dag_id}@${row.version}`, versionAnswer(row)]))
}

/** The projector wrote it, defaults filled in. */
export const definitionOf = (row: Pick<DagVersionTable, 'definition'>): DagDefinition => JSON.parse(row.definition)
