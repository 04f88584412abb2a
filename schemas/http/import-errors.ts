import { type Static, Type } from 'typebox'
import { instant, namePattern, nullableInteger, nullableText, orderBy, pageQuery, ref, text } from './common.ts'

export const ImportError = Type.Object(
  {
    import_error_id: Type.Integer(),
    timestamp: instant(),
    filename: text('File, relative to its DAG folder.'),
    bundle_name: nullableText('Who reports it.'),
    stack_trace: text('The message, then where, then the code around it.'),
    message: text(),
    line: nullableInteger(),
    column: nullableInteger(),
  },
  { $id: 'ImportErrorResponse' },
)
export type ImportError = Static<typeof ImportError>

export const ImportErrorCollection = Type.Object(
  { import_errors: Type.Array(ref(ImportError)), total_entries: Type.Integer() },
  { $id: 'ImportErrorCollectionResponse' },
)

export const ImportErrorsQuery = Type.Object({
  ...pageQuery,
  order_by: orderBy(['id', 'import_error_id', 'timestamp', 'filename']),
  filename_pattern: namePattern('the file name'),
})
