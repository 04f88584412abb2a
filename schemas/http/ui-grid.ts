import { type Static, Type } from 'typebox'
import { nullableInstant, nullableInteger, nullableNumber, nullableOneOf, oneOf, ref, text } from './common.ts'
import { apiRunStates, apiRunTypes, apiTaskStates } from './states.ts'

/**
 * A run as a column of the grid. The arrays run parallel to `task_ids` of the grid: entry i is about task i. A task that the run's version did
 * not have stands with state null and event number -1.
 */
export const GridRun = Type.Object(
  {
    dag_run_id: text(),
    state: oneOf(apiRunStates),
    run_type: oneOf(apiRunTypes),
    version: text('DAG version it is pinned to.'),
    logical_date: nullableInstant(),
    run_after: Type.String({ format: 'date-time' }),
    queued_at: nullableInstant(),
    start_date: nullableInstant(),
    end_date: nullableInstant(),
    event_number: Type.Integer(),
    states: Type.Array(nullableOneOf(apiTaskStates), {
      description: 'Of a mapped task: the one that matters most (failed before running before ... before success).',
    }),
    try_numbers: Type.Array(Type.Integer()),
    event_numbers: Type.Array(Type.Integer({ description: 'Newest event shown; 0: none yet.' })),
    starts: Type.Array(nullableNumber(), { description: 'Milliseconds since the epoch.' }),
    ends: Type.Array(nullableNumber(), { description: 'Milliseconds since the epoch.' }),
    mapped: Type.Record(Type.String(), Type.Record(Type.String(), Type.Integer()), {
      description: 'Mapped tasks only: task id -> state -> how many instances.',
    }),
  },
  { $id: 'GridRun' },
)
export type GridRun = Static<typeof GridRun>

export const Grid = Type.Object(
  {
    dag_id: text(),
    version: text('Newest version.'),
    version_number: nullableInteger(),
    task_ids: Type.Array(text(), { description: 'Graph order of the newest version; tasks that only older shown runs have come last.' }),
    runs: Type.Array(ref(GridRun), { description: 'Newest first.' }),
    total_runs: Type.Integer(),
  },
  { $id: 'Grid' },
)
export type Grid = Static<typeof Grid>

export const GridQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, default: 25, description: 'How many runs.' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
  run_type: Type.Optional(Type.Array(oneOf(apiRunTypes))),
  state: Type.Optional(Type.Array(oneOf(apiRunStates))),
  run_after_lte: Type.Optional(Type.String({ format: 'date-time' })),
})
