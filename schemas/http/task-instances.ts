import { type Static, Type } from 'typebox'
import {
  anyObject,
  instant,
  instantRange,
  namePattern,
  nullableInstant,
  nullableInteger,
  nullableNumber,
  nullableOneOf,
  nullableRef,
  nullableText,
  oneOf,
  orderBy,
  pageQuery,
  ref,
  text,
} from './common.ts'
import { DagVersion } from './dag-versions.ts'
import { apiTaskStateFilter, apiTaskStates } from './states.ts'
import { WaitReason } from './waits.ts'

export const TaskFailure = Type.Object({ type: text(), message: text(), stack: nullableText() }, { $id: 'TaskFailure' })

export const Trigger = Type.Object(
  {
    classpath: text("Kind of the trigger (time, http, file, sql, ...), or the name of the author's own."),
    kwargs: nullableText('JSON of what it was given, secrets masked; null: too long to be shown.'),
    created_date: instant('Since when the task waits for it.'),
    triggerer_id: nullableText('Incarnation of the triggerer that has it; null: not known.'),
  },
  { $id: 'TriggerResponse' },
)

const tryFields = {
  task_id: text(),
  dag_id: text(),
  dag_run_id: text(),
  map_index: Type.Integer({ description: '-1 when the task is not mapped.' }),
  task_display_name: text(),
  dag_display_name: text(),
  start_date: nullableInstant(),
  end_date: nullableInstant(),
  duration: nullableNumber('Seconds from start to end.'),
  state: nullableOneOf(apiTaskStates, 'null: not looked at yet.'),
  reason: nullableText('Why, where it is not plain.'),
  error: nullableRef(TaskFailure),
  try_number: Type.Integer({ description: '0 before the first try.' }),
  max_tries: Type.Integer({ description: 'Retries + 1.' }),
  hostname: nullableText(),
  unixname: nullableText(),
  worker: nullableText('Incarnation that ran it.'),
  pid: nullableInteger(),
  pool: text(),
  pool_slots: Type.Integer(),
  queue: nullableText(),
  priority_weight: nullableInteger(),
  operator: nullableText(),
  operator_name: nullableText(),
  scheduled_when: nullableInstant(),
  queued_when: nullableInstant(),
  executor: nullableText(),
  executor_config: text(),
  dag_version: nullableRef(DagVersion),
}

export const TaskInstance = Type.Object(
  {
    id: text('dag_id/run_id/task_id/map_index.'),
    ...tryFields,
    logical_date: nullableInstant(),
    run_after: instant(),
    due_date: nullableInstant('up_for_retry, up_for_reschedule: when it goes on; deferred: until when it waits at most.'),
    note: nullableText(),
    rendered_map_index: nullableText(),
    rendered_fields: anyObject('Template fields as the last try saw them, secrets masked.'),
    trigger: Type.Union([ref(Trigger), Type.Null()], { description: 'deferred: what it waits for.' }),
    triggerer_job: Type.Null(),
    wait_reasons: Type.Union([Type.Array(ref(WaitReason)), Type.Null()], { description: 'Why it waits; only in the answer for one instance, null in lists.' }),
    event_number: nullableInteger('Number of the newest event shown; newer ones come by /ui/live.'),
  },
  { $id: 'TaskInstanceResponse' },
)
export type TaskInstance = Static<typeof TaskInstance>

export const TaskInstanceCollection = Type.Object(
  { task_instances: Type.Array(ref(TaskInstance)), total_entries: Type.Integer() },
  { $id: 'TaskInstanceCollectionResponse' },
)

export const TaskInstanceTry = Type.Object(tryFields, { $id: 'TaskInstanceHistoryResponse' })
export type TaskInstanceTry = Static<typeof TaskInstanceTry>

export const TaskInstanceTryCollection = Type.Object(
  { task_instances: Type.Array(ref(TaskInstanceTry)), total_entries: Type.Integer() },
  { $id: 'TaskInstanceHistoryCollectionResponse' },
)

export const taskInstanceOrder = [
  'id',
  'dag_id',
  'run_id',
  'task_id',
  'map_index',
  'state',
  'try_number',
  'start_date',
  'end_date',
  'duration',
  'logical_date',
  'run_after',
  'data_interval_start',
  'data_interval_end',
  'queued_when',
  'pool',
  'queue',
  'operator',
] as const

export const TaskInstancesQuery = Type.Object({
  ...pageQuery,
  order_by: orderBy(taskInstanceOrder),
  task_id: Type.Optional(Type.String()),
  task_display_name_pattern: namePattern("the task's name"),
  dag_id_pattern: namePattern('the DAG id'),
  run_id_pattern: namePattern('the run id'),
  state: Type.Optional(Type.Array(oneOf(apiTaskStateFilter))),
  pool: Type.Optional(Type.Array(Type.String())),
  queue: Type.Optional(Type.Array(Type.String())),
  operator: Type.Optional(Type.Array(Type.String())),
  try_number: Type.Optional(Type.Array(Type.Integer())),
  map_index: Type.Optional(Type.Array(Type.Integer())),
  ...instantRange('run_after'),
  ...instantRange('logical_date'),
  ...instantRange('start_date'),
  ...instantRange('end_date'),
  duration_gte: Type.Optional(Type.Number({ description: 'Seconds.' })),
  duration_lte: Type.Optional(Type.Number({ description: 'Seconds.' })),
})
export type TaskInstancesQuery = Static<typeof TaskInstancesQuery>

export const MapIndexQuery = Type.Object({ map_index: Type.Optional(Type.Integer({ minimum: -1, default: -1 })) })
