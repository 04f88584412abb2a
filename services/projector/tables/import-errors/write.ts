import type { ImportError } from '../../../../schemas/generated/records.ts'
import type { Session } from '../../../platform/store/session.ts'
import type { TableSpec } from '../table-spec.ts'
import { upsertRows } from '../write-rows.ts'

export interface ImportErrorRow {
  readonly fileloc: string
  readonly at: number
  readonly line: number | null
  readonly col: number | null
  readonly message: string
  readonly stack: string | null
  readonly published_by: string | null
}

const importErrorTable: TableSpec<ImportErrorRow> = {
  table: 'import_error',
  columns: { fileloc: 'text', at: 'instant', line: 'int', col: 'int', message: 'text', stack: 'text', published_by: 'text' },
  key: ['fileloc'],
  newerBy: null,
}

export interface ImportErrorRecord {
  readonly fileloc: string
  /** null: mended. */
  readonly value: ImportError | null
}

/** The last record of each file counts. */
export const foldImportErrors = (records: readonly ImportErrorRecord[]): { readonly broken: readonly ImportErrorRow[]; readonly mended: readonly string[] } => {
  const last = new Map(records.map((record) => [record.fileloc, record.value]))
  return {
    broken: [...last].flatMap(([fileloc, value]) =>
      value === null
        ? []
        : { fileloc, at: value.at, line: value.line, col: value.column, message: value.message, stack: value.stack, published_by: value.publishedBy },
    ),
    mended: [...last].flatMap(([fileloc, value]) => (value === null ? fileloc : [])),
  }
}

/** Applies the import errors of a batch inside the caller's transaction. */
export const writeImportErrors = async (session: Session, records: readonly ImportErrorRecord[]): Promise<void> => {
  if (records.length === 0) return
  const { broken, mended } = foldImportErrors(records)
  if (mended.length > 0) await session.query({ text: 'DELETE FROM projection.import_error WHERE fileloc = ANY($1)', values: [mended] })
  await upsertRows(session, importErrorTable, broken)
}
