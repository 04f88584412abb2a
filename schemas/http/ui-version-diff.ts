import { type Static, Type } from 'typebox'
import { dagIdParam, nullableText, ref, text } from './common.ts'
import { DagVersion } from './dag-versions.ts'
import { problem } from './route.ts'

const anyValue = (description: string) => Type.Unsafe<unknown>({ description })

export const FieldChange = Type.Object({ field: text(), before: anyValue('null: not there.'), after: anyValue('null: not there.') }, { $id: 'FieldChange' })
export type FieldChange = Static<typeof FieldChange>

export const TaskFieldChanges = Type.Object({ task_id: text(), fields: Type.Array(ref(FieldChange)) }, { $id: 'TaskFieldChanges' })
export type TaskFieldChanges = Static<typeof TaskFieldChanges>

export const VersionEdge = Type.Object({ source: text(), target: text() }, { $id: 'VersionEdge' })

export const VersionDiff = Type.Object(
  {
    dag_id: text(),
    from: ref(DagVersion),
    to: ref(DagVersion),
    fields: Type.Array(ref(FieldChange), { description: "The DAG's own fields." }),
    tasks_added: Type.Array(text()),
    tasks_removed: Type.Array(text()),
    tasks_changed: Type.Array(ref(TaskFieldChanges)),
    edges_added: Type.Array(ref(VersionEdge)),
    edges_removed: Type.Array(ref(VersionEdge)),
    code_changed: Type.Boolean({ description: 'The bundle is another one: code may differ where no field does.' }),
    source_from: nullableText("Text of the DAG's file."),
    source_to: nullableText(),
  },
  { $id: 'VersionDiff' },
)
export type VersionDiff = Static<typeof VersionDiff>

const version = (what: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 250, description: `A version's id or number; left out: ${what}.` }))

export const versionDiffRoutes = {
  getVersionDiff: {
    method: 'GET',
    url: '/ui/dags/:dag_id/versions/diff',
    schema: {
      operationId: 'ui_get_version_diff',
      tags: ['UI'],
      summary: 'What changed between two versions of a DAG',
      params: Type.Object({ dag_id: dagIdParam }),
      querystring: Type.Object({ from: version('the one before `to`'), to: version('the newest') }),
      response: { 200: ref(VersionDiff), ...problem },
    },
  },
} as const
