import type { ImportError } from '../../../schemas/http/import-errors.ts'
import { MillraceError } from '../../core/errors.ts'
import { orderSql } from './order.ts'
import { likePattern, type Page, pageOf } from './page.ts'
import type { Db, ImportErrorTable } from './tables.ts'

const place = ({ fileloc, line, col }: ImportErrorTable): string => `${fileloc}${line === null ? '' : `:${line}${col === null ? '' : `:${col}`}`}`

const importErrorAnswer = (row: ImportErrorTable): ImportError => ({
  import_error_id: row.id,
  timestamp: row.at.toISOString(),
  filename: row.fileloc,
  bundle_name: row.published_by,
  stack_trace: `${place(row)}: ${row.message}${row.stack === null ? '' : `\n${row.stack}`}`,
  message: row.message,
  line: row.line,
  column: row.col,
})

export const listImportErrors = async (
  db: Db,
  query: Partial<Page> & { readonly order_by?: readonly string[]; readonly filename_pattern?: string },
): Promise<{ readonly import_errors: ImportError[]; readonly total_entries: number }> => {
  let filtered = db.selectFrom('import_error')
  if (query.filename_pattern !== undefined) filtered = filtered.where('fileloc', 'ilike', likePattern(query.filename_pattern))
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .selectAll()
      .orderBy(orderSql({ id: 'id', import_error_id: 'id', timestamp: 'at', filename: 'fileloc' }, query.order_by, 'fileloc'))
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { import_errors: rows.map(importErrorAnswer), total_entries: count.total }
}

export const getImportError = async (db: Db, id: number): Promise<ImportError> => {
  const row = await db.selectFrom('import_error').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new MillraceError('dag_not_found', `There is no import error ${id}: its file may be mended by now.`)
  return importErrorAnswer(row)
}
