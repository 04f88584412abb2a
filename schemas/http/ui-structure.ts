import { type Static, Type } from 'typebox'
import { nullableInteger, nullableText, ref, text } from './common.ts'

export const StructureNode = Type.Object(
  {
    id: text('The task id.'),
    label: text('The id without the prefixes of its groups.'),
    operator: text(),
    group: nullableText('Innermost group it stands in.'),
    trigger_rule: text(),
    queue: text(),
    pool: text(),
    retries: Type.Integer(),
    owner: text(),
    doc_md: nullableText(),
    is_mapped: Type.Boolean(),
    is_setup: Type.Boolean(),
    is_teardown: Type.Boolean(),
    outlets: Type.Array(text(), { description: 'Datasets it updates.' }),
    inlets: Type.Array(text()),
  },
  { $id: 'StructureNode' },
)
export type StructureNode = Static<typeof StructureNode>

export const StructureEdge = Type.Object({ source: text(), target: text() }, { $id: 'StructureEdge' })

export const StructureGroup = Type.Object(
  { id: text(), label: text(), parent: nullableText(), tooltip: nullableText(), is_mapped: Type.Boolean() },
  { $id: 'StructureGroup' },
)

export const Structure = Type.Object(
  {
    dag_id: text(),
    version: text(),
    version_number: nullableInteger(),
    nodes: Type.Array(ref(StructureNode), { description: 'In graph order: a task stands behind all its upstreams.' }),
    edges: Type.Array(ref(StructureEdge)),
    groups: Type.Array(ref(StructureGroup), { description: 'Outermost first.' }),
  },
  { $id: 'Structure' },
)
export type Structure = Static<typeof Structure>

export const StructureQuery = Type.Object({
  version: Type.Optional(Type.String({ minLength: 1, maxLength: 250, description: "A version's id or number; left out: the newest." })),
})
