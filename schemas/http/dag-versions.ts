import { type Static, Type } from 'typebox'
import { instant, nullableText, orderBy, pageQuery, ref, text } from './common.ts'

export const DagVersion = Type.Object(
  {
    id: text('Hash of the definition and its code.'),
    version_number: Type.Integer({ description: '1 for the first version seen.' }),
    dag_id: text(),
    dag_display_name: text(),
    bundle_name: nullableText('Who published it.'),
    bundle_version: nullableText('sha256 of its code.'),
    bundle_url: nullableText(),
    created_at: instant(),
  },
  { $id: 'DagVersionResponse' },
)
export type DagVersion = Static<typeof DagVersion>

export const DagVersionCollection = Type.Object(
  { dag_versions: Type.Array(ref(DagVersion)), total_entries: Type.Integer() },
  { $id: 'DAGVersionCollectionResponse' },
)

export const DagVersionsQuery = Type.Object({ ...pageQuery, order_by: orderBy(['version_number', 'created_at']) })
