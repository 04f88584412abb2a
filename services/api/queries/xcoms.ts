import type { XComWithValue } from '../../../schemas/http/xcoms.ts'
import { MillraceError } from '../../core/errors.ts'
import { iso, likePattern, type Page, pageOf } from './page.ts'
import type { Db, XComTable } from './tables.ts'
import { findInstance } from './task-instances.ts'

const xcomAnswer = (row: Omit<XComTable, 'value'>): Omit<XComWithValue, 'value'> => ({
  key: row.key,
  timestamp: row.at.toISOString(),
  logical_date: iso(row.logical_date),
  map_index: row.map_index,
  task_id: row.task_id,
  dag_id: row.dag_id,
  run_id: row.run_id,
  dag_display_name: row.dag_id,
  task_display_name: row.task_id,
})

interface XComFilter extends Partial<Page> {
  readonly map_index?: number
  readonly xcom_key?: string
  readonly xcom_key_pattern?: string
}

export const listXComs = async (
  db: Db,
  dagId: string,
  runId: string,
  taskId: string,
  query: XComFilter,
): Promise<{ readonly xcom_entries: Omit<XComWithValue, 'value'>[]; readonly total_entries: number }> => {
  let filtered = db.selectFrom('xcom')
  if (dagId !== '~') filtered = filtered.where('dag_id', '=', dagId)
  if (runId !== '~') filtered = filtered.where('run_id', '=', runId)
  if (taskId !== '~') filtered = filtered.where('task_id', '=', taskId)
  if (query.map_index !== undefined) filtered = filtered.where('map_index', '=', query.map_index)
  if (query.xcom_key !== undefined) filtered = filtered.where('key', '=', query.xcom_key)
  if (query.xcom_key_pattern !== undefined) filtered = filtered.where('key', 'ilike', likePattern(query.xcom_key_pattern))
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .select(['dag_id', 'run_id', 'task_id', 'map_index', 'key', 'at', 'logical_date'])
      .orderBy('dag_id')
      .orderBy('run_id')
      .orderBy('task_id')
      .orderBy('map_index')
      .orderBy('key')
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { xcom_entries: rows.map(xcomAnswer), total_entries: count.total }
}

export const getXCom = async (
  db: Db,
  at: { readonly dagId: string; readonly runId: string; readonly taskId: string; readonly mapIndex: number; readonly key: string },
  stringify: boolean,
): Promise<XComWithValue> => {
  const { dagId, runId, taskId, mapIndex, key } = at
  const row = await db
    .selectFrom('xcom')
    .selectAll()
    .where('dag_id', '=', dagId)
    .where('run_id', '=', runId)
    .where('task_id', '=', taskId)
    .where('map_index', '=', mapIndex)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!row) {
    await findInstance(db, dagId, runId, taskId, mapIndex)
    throw new MillraceError('task_not_found', `Task instance ${taskId} of run ${runId} left no XCom ${JSON.stringify(key)}. See its list of XComs.`)
  }
  return { ...xcomAnswer(row), value: stringify ? row.value : JSON.parse(row.value) }
}
