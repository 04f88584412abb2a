/** Bodies of what changes runs and task instances: clear, mark. Names and defaults are Airflow's. */
import { type Static, Type } from 'typebox'
import { nullableInstant, nullableText, oneOf, text } from './common.ts'

const flag = (standard: boolean, description?: string) =>
  Type.Optional(Type.Boolean({ default: standard, ...(description === undefined ? {} : { description }) }))

const optionalNote = Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 1000 }))

const taskIds = (description: string) =>
  Type.Unsafe<readonly (string | readonly [string, number])[] | null>({
    type: ['array', 'null'],
    maxItems: 10_000,
    items: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', minItems: 2, maxItems: 2 },
      ],
    },
    description,
  })

export const ClearTaskInstances = Type.Object(
  {
    dry_run: flag(true, 'List what would be cleared, change nothing.'),
    dag_run_id: Type.Optional(nullableText('One run. Left out: the runs with a logical date from start_date to end_date.')),
    start_date: Type.Optional(nullableInstant('First logical date.')),
    end_date: Type.Optional(nullableInstant('Last logical date.')),
    task_ids: Type.Optional(taskIds('Task ids, or `[task id, map index]`. Left out: all tasks.')),
    only_failed: flag(true),
    only_running: flag(false),
    include_upstream: flag(false),
    include_downstream: flag(false),
    include_future: flag(false),
    include_past: flag(false),
    reset_dag_runs: flag(true, 'A run with a cleared task goes on: false is refused.'),
    run_on_latest_version: flag(false, "Go on with the DAG's newest version instead of the one that the run is pinned to."),
  },
  { $id: 'ClearTaskInstancesBody', additionalProperties: false },
)
export type ClearTaskInstances = Static<typeof ClearTaskInstances>

export const ClearDagRun = Type.Object(
  { dry_run: flag(true), only_failed: flag(false), run_on_latest_version: flag(false) },
  { $id: 'DAGRunClearBody', additionalProperties: false },
)
export type ClearDagRun = Static<typeof ClearDagRun>

export const PatchDagRun = Type.Object(
  {
    state: Type.Optional(oneOf(['queued', 'success', 'failed'] as const, '`queued`: clear the whole run.')),
    note: optionalNote,
  },
  { $id: 'DAGRunPatchBody', additionalProperties: false },
)
export type PatchDagRun = Static<typeof PatchDagRun>

export const PatchQuery = Type.Object({ update_mask: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 10 })) })

export const PatchTaskInstance = Type.Object(
  {
    new_state: Type.Optional(oneOf(['success', 'failed', 'skipped'] as const)),
    note: optionalNote,
    include_upstream: flag(false),
    include_downstream: flag(false),
    include_future: flag(false),
    include_past: flag(false),
  },
  { $id: 'PatchTaskInstanceBody', additionalProperties: false },
)
export type PatchTaskInstance = Static<typeof PatchTaskInstance>

export const MarkTaskInstances = Type.Object(
  {
    dry_run: flag(true, 'List what would be marked, change nothing.'),
    dag_run_id: text(),
    task_ids: Type.Optional(taskIds('Task ids, or `[task id, map index]`. Left out: all tasks.')),
    new_state: oneOf(['success', 'failed', 'skipped'] as const),
    include_upstream: flag(false),
    include_downstream: flag(false),
  },
  { $id: 'MarkTaskInstancesBody', additionalProperties: false },
)
export type MarkTaskInstances = Static<typeof MarkTaskInstances>
