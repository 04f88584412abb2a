import { sql } from '#kysely'
import type { DagVersion } from '../../../schemas/http/dag-versions.ts'
import type { ApiTaskState } from '../../../schemas/http/states.ts'
import type { TaskInstance, TaskInstancesQuery } from '../../../schemas/http/task-instances.ts'
import type { WaitReason } from '../../../schemas/http/waits.ts'
import type { ShownTrigger } from '../../core/shown-trigger.ts'
import { findDag } from './dags.ts'
import { noTask } from './not-found.ts'
import { orderSql } from './order.ts'
import { iso, jsonObject, likePattern, pageOf, seconds } from './page.ts'
import { rangeConditions } from './range.ts'
import { findRun } from './runs.ts'
import type { Db, InstanceView } from './tables.ts'
import { tryAnswer } from './tries.ts'
import { versionsOf } from './versions.ts'
import { waitReasons } from './wait-reasons.ts'

export const instanceAnswer = (row: InstanceView, version: DagVersion | undefined, waits: WaitReason[] | null = null): TaskInstance => ({
  ...tryAnswer(row, row, version),
  id: `${row.dag_id}/${row.run_id}/${row.task_id}/${row.map_index}`,
  duration: seconds(row.started_at, row.ended_at),
  logical_date: iso(row.logical_date),
  run_after: row.run_after.toISOString(),
  due_date: iso(row.due_at),
  note: row.note,
  rendered_map_index: row.map_index < 0 ? null : nameOfIndex(row),
  rendered_fields: jsonObject(row.rendered),
  trigger: triggerAnswer(row),
  triggerer_job: null,
  wait_reasons: waits,
  event_number: row.n,
})

/** Which triggerer has it stands in no table: thousands of triggers come and go. */
const triggerAnswer = ({ trigger, deferred_at, run_after }: InstanceView): TaskInstance['trigger'] => {
  if (trigger === null) return null
  const { kind, name, args }: ShownTrigger = JSON.parse(trigger)
  const created = deferred_at ?? run_after
  return { classpath: name ?? kind, kwargs: args && JSON.stringify(args), created_date: created.toISOString(), triggerer_id: null }
}

/** As its mapIndexTemplate names it (the worker renders it), else its number. */
const nameOfIndex = (row: InstanceView): string => {
  const name = jsonObject(row.rendered).map_index
  return typeof name === 'string' ? name : String(row.map_index)
}

const orderColumns = {
  id: 'position, map_index',
  dag_id: 'dag_id',
  run_id: 'run_id',
  task_id: 'task_id',
  map_index: 'map_index',
  state: 'state',
  try_number: 'try_number',
  start_date: 'started_at',
  end_date: 'ended_at',
  duration: '(coalesce(ended_at, now()) - started_at)',
  logical_date: 'logical_date',
  run_after: 'run_after',
  data_interval_start: 'data_interval_start',
  data_interval_end: 'data_interval_end',
  queued_when: 'queued_at',
  pool: 'pool',
  queue: 'queue',
  operator: 'operator',
}

const filteredInstances = (db: Db, dagId: string, runId: string, query: TaskInstancesQuery) => {
  let filtered = db.selectFrom('instance')
  if (dagId !== '~') filtered = filtered.where('dag_id', '=', dagId)
  if (runId !== '~') filtered = filtered.where('run_id', '=', runId)
  if (query.task_id !== undefined) filtered = filtered.where('task_id', '=', query.task_id)
  for (const [column, pattern] of [
    ['task_id', query.task_display_name_pattern],
    ['dag_id', query.dag_id_pattern],
    ['run_id', query.run_id_pattern],
  ] as const)
    if (pattern !== undefined) filtered = filtered.where(column, 'ilike', likePattern(pattern))
  if (query.state?.length) {
    const { state } = query
    const isNone = sql<boolean>`(state IS NULL OR state = 'none')`
    const named = state.filter((name) => name !== 'none')
    filtered = filtered.where((eb) => eb.or([...(named.length ? [eb('state', 'in', named)] : []), ...(state.includes('none') ? [isNone] : [])]))
  }
  for (const column of ['pool', 'queue', 'operator'] as const) {
    const values = query[column]
    if (values?.length) filtered = filtered.where(column, 'in', values)
  }
  for (const column of ['try_number', 'map_index'] as const) {
    const values = query[column]
    if (values?.length) filtered = filtered.where(column, 'in', values)
  }
  if (query.duration_gte !== undefined)
    filtered = filtered.where(sql<boolean>`coalesce(ended_at, now()) - started_at >= make_interval(secs => ${query.duration_gte})`)
  if (query.duration_lte !== undefined)
    filtered = filtered.where(sql<boolean>`coalesce(ended_at, now()) - started_at <= make_interval(secs => ${query.duration_lte})`)
  for (const condition of rangeConditions(query, { run_after: 'run_after', logical_date: 'logical_date', start_date: 'started_at', end_date: 'ended_at' }))
    filtered = filtered.where(condition)
  return filtered
}

export const listTaskInstances = async (
  db: Db,
  dagId: string,
  runId: string,
  query: TaskInstancesQuery,
): Promise<{ readonly task_instances: TaskInstance[]; readonly total_entries: number }> => {
  if (dagId !== '~' && runId !== '~') await findRun(db, dagId, runId)
  else if (dagId !== '~') await findDag(db, dagId)
  const filtered = filteredInstances(db, dagId, runId, query)
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .selectAll()
      .orderBy(orderSql(orderColumns, query.order_by, 'run_after desc, dag_id, run_id, position, task_id, map_index'))
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  const versions = await versionsOf(db, rows)
  return { task_instances: rows.map((row) => instanceAnswer(row, versions.get(`${row.dag_id}@${row.version}`))), total_entries: count.total }
}

export const findInstance = async (db: Db, dagId: string, runId: string, taskId: string, mapIndex: number): Promise<InstanceView> => {
  const row = await db
    .selectFrom('instance')
    .selectAll()
    .where('dag_id', '=', dagId)
    .where('run_id', '=', runId)
    .where('task_id', '=', taskId)
    .where('map_index', '=', mapIndex)
    .executeTakeFirst()
  if (row) return row
  await findRun(db, dagId, runId)
  throw noTask(dagId, runId, taskId, mapIndex)
}

export const getTaskInstance = async (db: Db, dagId: string, runId: string, taskId: string, mapIndex: number, now: number): Promise<TaskInstance> => {
  const row = await findInstance(db, dagId, runId, taskId, mapIndex)
  const [versions, waits] = await Promise.all([versionsOf(db, [row]), waitReasons(db, row, now)])
  return instanceAnswer(row, versions.get(`${row.dag_id}@${row.version}`), waits)
}

/** As the API says it: null for none. */
export const apiTaskState = (state: string | null): ApiTaskState | null => (state === null || state === 'none' ? null : (state as ApiTaskState))
