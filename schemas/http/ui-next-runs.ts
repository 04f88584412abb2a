import { type Static, Type } from 'typebox'
import { dagIdParam, instant, ref, text } from './common.ts'
import { problem } from './route.ts'

export const RunWindowAnswer = Type.Object(
  { logical_date: instant(), data_interval_start: instant(), data_interval_end: instant(), run_after: instant() },
  { $id: 'RunWindow' },
)
export type RunWindowAnswer = Static<typeof RunWindowAnswer>

export const NextRuns = Type.Object(
  { dag_id: text(), is_paused: Type.Boolean(), next_runs: Type.Array(ref(RunWindowAnswer), { description: 'As they will be made when nothing changes.' }) },
  { $id: 'NextRuns' },
)
export type NextRuns = Static<typeof NextRuns>

export const nextRunsRoutes = {
  getNextRuns: {
    method: 'GET',
    url: '/ui/dags/:dag_id/nextRuns',
    schema: {
      operationId: 'ui_get_next_runs',
      tags: ['UI'],
      summary: 'The next runs that the schedule makes',
      params: Type.Object({ dag_id: dagIdParam }),
      querystring: Type.Object({ count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 5 })) }),
      response: { 200: ref(NextRuns), ...problem },
    },
  },
} as const
