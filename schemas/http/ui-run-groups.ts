import { type Static, Type } from 'typebox'
import { dagIdParam, instant, oneOf, pageQuery, ref } from './common.ts'
import { problem } from './route.ts'
import { apiRunStates, apiRunTypes } from './states.ts'

export const RunGroup = Type.Object(
  {
    from: instant('First instant of the hour; runs belong to the hour in which they might start.'),
    to: instant('First instant after it.'),
    total: Type.Integer(),
    queued: Type.Integer({ description: 'Runs in this state.' }),
    running: Type.Integer(),
    success: Type.Integer(),
    failed: Type.Integer(),
  },
  { $id: 'RunGroup' },
)
export type RunGroup = Static<typeof RunGroup>

export const RunGroupCollection = Type.Object({ groups: Type.Array(ref(RunGroup)), total_entries: Type.Integer() }, { $id: 'RunGroupCollection' })
export type RunGroupCollection = Static<typeof RunGroupCollection>

export const RunGroupsQuery = Type.Object({
  ...pageQuery,
  state: Type.Optional(Type.Array(oneOf(apiRunStates))),
  run_type: Type.Optional(Type.Array(oneOf(apiRunTypes))),
})
export type RunGroupsQuery = Static<typeof RunGroupsQuery>

export const runGroupRoutes = {
  getRunGroups: {
    method: 'GET',
    url: '/ui/dags/:dag_id/runGroups',
    schema: {
      operationId: 'ui_get_run_groups',
      tags: ['UI'],
      summary: 'The runs of a DAG by the hour, newest first',
      description: 'For DAGs with more runs than anybody reads one by one, such as one for each event.',
      params: Type.Object({ dag_id: dagIdParam }),
      querystring: RunGroupsQuery,
      response: { 200: ref(RunGroupCollection), ...problem },
    },
  },
} as const
