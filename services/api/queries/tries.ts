import type { DagVersion } from '../../../schemas/http/dag-versions.ts'
import type { ApiTaskState } from '../../../schemas/http/states.ts'
import type { TaskInstanceTry } from '../../../schemas/http/task-instances.ts'
import { MillraceError } from '../../core/errors.ts'
import { iso, seconds } from './page.ts'
import type { Db, InstanceView, TaskTryTable } from './tables.ts'
import { versionsOf } from './versions.ts'

type Attempt = Pick<
  TaskTryTable,
  | 'task_id'
  | 'dag_id'
  | 'run_id'
  | 'map_index'
  | 'try_number'
  | 'scheduled_at'
  | 'queued_at'
  | 'started_at'
  | 'ended_at'
  | 'reason'
  | 'error'
  | 'worker'
  | 'hostname'
  | 'pid'
  | 'queue'
  | 'pool'
  | 'operator'
> & { readonly state: string | null }

export const tryAnswer = (
  row: Attempt,
  instance: Pick<InstanceView, 'pool_slots' | 'priority_weight' | 'max_tries'>,
  version: DagVersion | undefined,
): TaskInstanceTry => ({
  task_id: row.task_id,
  dag_id: row.dag_id,
  dag_run_id: row.run_id,
  map_index: row.map_index,
  task_display_name: row.task_id,
  dag_display_name: row.dag_id,
  start_date: iso(row.started_at),
  end_date: iso(row.ended_at),
  duration: seconds(row.started_at, row.ended_at),
  state: row.state === null || row.state === 'none' ? null : (row.state as ApiTaskState),
  reason: row.reason,
  error: row.error === null ? null : JSON.parse(row.error),
  try_number: row.try_number,
  max_tries: instance.max_tries,
  hostname: row.hostname,
  unixname: null,
  worker: row.worker,
  pid: row.pid,
  pool: row.pool ?? 'default_pool',
  pool_slots: instance.pool_slots,
  queue: row.queue,
  priority_weight: instance.priority_weight,
  operator: row.operator,
  operator_name: row.operator,
  scheduled_when: iso(row.scheduled_at),
  queued_when: iso(row.queued_at),
  executor: null,
  executor_config: '{}',
  dag_version: version ?? null,
})

export const listTries = async (db: Db, instance: InstanceView): Promise<{ readonly task_instances: TaskInstanceTry[]; readonly total_entries: number }> => {
  const { dag_id, run_id, task_id, map_index } = instance
  const rows = await db
    .selectFrom('task_try')
    .selectAll()
    .where('dag_id', '=', dag_id)
    .where('run_id', '=', run_id)
    .where('task_id', '=', task_id)
    .where('map_index', '=', map_index)
    .orderBy('try_number')
    .execute()
  const version = (await versionsOf(db, [instance])).get(`${dag_id}@${instance.version}`)
  return { task_instances: rows.map((row) => tryAnswer(row, instance, version)), total_entries: rows.length }
}

export const getTry = async (db: Db, instance: InstanceView, tryNumber: number): Promise<TaskInstanceTry> => {
  const found = (await listTries(db, instance)).task_instances.find((one) => one.try_number === tryNumber)
  if (!found)
    throw new MillraceError(
      'task_not_found',
      `Task instance ${instance.task_id} of run ${instance.run_id} has no try ${tryNumber}; it has ${instance.try_number} so far.`,
    )
  return found
}
