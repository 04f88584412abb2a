import { type Static, Type } from 'typebox'
import { anyObject, nullableInstant, nullableNumber, nullableText, orderBy, ref, text } from './common.ts'

/** A duration as Airflow's API has it. */
export const TimeDelta = Type.Object({ __type: text(), days: Type.Integer(), seconds: Type.Integer(), microseconds: Type.Integer() }, { $id: 'TimeDelta' })

export const Task = Type.Object(
  {
    task_id: text(),
    task_display_name: text(),
    owner: text(),
    start_date: nullableInstant(),
    end_date: nullableInstant(),
    trigger_rule: text(),
    depends_on_past: Type.Boolean(),
    wait_for_downstream: Type.Boolean(),
    retries: Type.Number(),
    queue: text(),
    pool: text(),
    pool_slots: Type.Number(),
    execution_timeout: Type.Union([ref(TimeDelta), Type.Null()]),
    retry_delay: ref(TimeDelta),
    retry_exponential_backoff: nullableNumber('The multiplier; 0: off.'),
    priority_weight: Type.Number(),
    weight_rule: text(),
    ui_color: text(),
    ui_fgcolor: text(),
    template_fields: Type.Array(text()),
    upstream_task_ids: Type.Array(text()),
    downstream_task_ids: Type.Array(text()),
    doc_md: nullableText(),
    operator_name: text(),
    params: anyObject(),
    class_ref: anyObject(),
    is_mapped: Type.Boolean(),
    extra_links: Type.Array(text()),
  },
  { $id: 'TaskResponse' },
)
export type Task = Static<typeof Task>

export const TaskCollection = Type.Object({ tasks: Type.Array(ref(Task)), total_entries: Type.Integer() }, { $id: 'TaskCollectionResponse' })

export const TasksQuery = Type.Object({ order_by: orderBy(['task_id', 'operator_name', 'queue', 'pool']) })
