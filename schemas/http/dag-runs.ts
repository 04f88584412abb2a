import { type Static, Type } from 'typebox'
import {
  anyObject,
  instant,
  instantRange,
  namePattern,
  nullableInstant,
  nullableInteger,
  nullableNumber,
  nullableText,
  oneOf,
  orderBy,
  pageQuery,
  ref,
  text,
} from './common.ts'
import { DagVersion } from './dag-versions.ts'
import { apiRunStates, apiRunTypes } from './states.ts'

export const DagRun = Type.Object(
  {
    dag_run_id: text(),
    dag_id: text(),
    dag_display_name: text(),
    logical_date: nullableInstant(),
    queued_at: nullableInstant(),
    start_date: nullableInstant(),
    end_date: nullableInstant(),
    duration: nullableNumber('Seconds from start to end.'),
    data_interval_start: nullableInstant(),
    data_interval_end: nullableInstant(),
    run_after: instant(),
    last_scheduling_decision: nullableInstant(),
    run_type: oneOf(apiRunTypes),
    state: oneOf(apiRunStates),
    reason: nullableText('Why it ended so, where it is not plain.'),
    triggered_by: nullableText('`schedule`, or who asked.'),
    triggering_user_name: nullableText(),
    conf: anyObject(),
    note: nullableText(),
    backfill_id: nullableText('Backfill it belongs to.'),
    dag_versions: Type.Array(ref(DagVersion)),
    bundle_version: nullableText(),
    event_number: nullableInteger('Number of the newest event of this run that is shown; newer ones come by /ui/live.'),
  },
  { $id: 'DAGRunResponse' },
)
export type DagRun = Static<typeof DagRun>

export const DagRunCollection = Type.Object({ dag_runs: Type.Array(ref(DagRun)), total_entries: Type.Integer() }, { $id: 'DAGRunCollectionResponse' })

export const dagRunOrder = [
  'dag_id',
  'run_id',
  'dag_run_id',
  'id',
  'state',
  'run_type',
  'logical_date',
  'run_after',
  'queued_at',
  'start_date',
  'end_date',
  'duration',
  'data_interval_start',
  'data_interval_end',
] as const

export const DagRunsQuery = Type.Object({
  ...pageQuery,
  order_by: orderBy(dagRunOrder),
  state: Type.Optional(Type.Array(oneOf(apiRunStates))),
  run_type: Type.Optional(Type.Array(oneOf(apiRunTypes))),
  run_id_pattern: namePattern('the run id'),
  dag_id_pattern: namePattern('the DAG id'),
  ...instantRange('run_after'),
  ...instantRange('logical_date'),
  ...instantRange('start_date'),
  ...instantRange('end_date'),
})
export type DagRunsQuery = Static<typeof DagRunsQuery>

const optionalNullableInstant = (description: string) => Type.Optional(nullableInstant(description))

export const TriggerDagRun = Type.Object(
  {
    dag_run_id: Type.Optional(nullableText('Wished run id; made from the run type and time when left out.')),
    logical_date: optionalNullableInstant('null: a run without logical date. Left out: now.'),
    data_interval_start: optionalNullableInstant('With data_interval_end.'),
    data_interval_end: optionalNullableInstant('With data_interval_start.'),
    run_after: optionalNullableInstant('Not before.'),
    conf: Type.Optional(
      Type.Unsafe<{ readonly [key: string]: unknown } | null>({
        type: ['object', 'null'],
        additionalProperties: true,
        description: "Checked against the DAG's params.",
      }),
    ),
    note: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 1000 })),
  },
  { $id: 'TriggerDAGRunPostBody', additionalProperties: false },
)
export type TriggerDagRun = Static<typeof TriggerDagRun>
