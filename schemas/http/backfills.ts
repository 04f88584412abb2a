import { type Static, Type } from 'typebox'
import { anyObject, instant, nullableInstant, nullableText, oneOf, orderBy, pageQuery, ref, text } from './common.ts'

/** test/unit/api/states proves that they are core's. */
export const apiBackfillStates = ['running', 'paused', 'cancelled', 'finished'] as const
export const reprocessBehaviors = ['none', 'failed', 'completed'] as const

export const BackfillProgress = Type.Object(
  {
    total: Type.Integer({ description: 'Dates it covers.' }),
    taken: Type.Integer({ description: 'Dates that were taken up so far.' }),
    skipped: Type.Integer({ description: 'Of those, dates that made no run.' }),
    queued: Type.Integer({ description: 'Runs in this state.' }),
    running: Type.Integer(),
    success: Type.Integer(),
    failed: Type.Integer(),
  },
  { $id: 'BackfillProgress' },
)
export type BackfillProgress = Static<typeof BackfillProgress>

export const Backfill = Type.Object(
  {
    id: text(),
    dag_id: text(),
    dag_display_name: text(),
    from_date: instant('First logical date.'),
    to_date: instant('Last logical date.'),
    dag_run_conf: anyObject(),
    is_paused: Type.Boolean(),
    state: oneOf(apiBackfillStates),
    reprocess_behavior: oneOf(reprocessBehaviors),
    run_backwards: Type.Boolean({ description: 'Newest date first.' }),
    max_active_runs: Type.Integer(),
    created_at: instant(),
    completed_at: nullableInstant(),
    updated_at: instant(),
    triggering_user_name: nullableText(),
    progress: ref(BackfillProgress),
    event_number: Type.Integer({ description: 'Number of the newest event of this backfill that is shown.' }),
  },
  { $id: 'BackfillResponse' },
)
export type Backfill = Static<typeof Backfill>

export const BackfillCollection = Type.Object({ backfills: Type.Array(ref(Backfill)), total_entries: Type.Integer() }, { $id: 'BackfillCollectionResponse' })

export const BackfillPost = Type.Object(
  {
    dag_id: Type.String({ minLength: 1, maxLength: 250 }),
    from_date: instant('First logical date, inclusive.'),
    to_date: instant('Last logical date, inclusive.'),
    run_backwards: Type.Optional(Type.Boolean({ default: false })),
    dag_run_conf: Type.Optional(anyObject()),
    reprocess_behavior: Type.Optional(
      oneOf(reprocessBehaviors, '`none`: only dates without a run; `failed`: failed runs, too; `completed`: all that are over.'),
    ),
    max_active_runs: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 10 })),
  },
  { $id: 'BackfillPostBody', additionalProperties: false },
)
export type BackfillPost = Static<typeof BackfillPost>

export const DryRunBackfill = Type.Object({ logical_date: instant() }, { $id: 'DryRunBackfillResponse' })

export const DryRunBackfillCollection = Type.Object(
  { backfills: Type.Array(ref(DryRunBackfill)), total_entries: Type.Integer() },
  { $id: 'DryRunBackfillCollectionResponse' },
)

export const BackfillsQuery = Type.Object({
  ...pageQuery,
  order_by: orderBy(['id', 'created_at', 'from_date', 'to_date']),
  dag_id: Type.Optional(Type.String()),
  active: Type.Optional(Type.Boolean({ description: 'Only those that are not over, or only those that are.' })),
})
export type BackfillsQuery = Static<typeof BackfillsQuery>
