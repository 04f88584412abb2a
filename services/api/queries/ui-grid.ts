import type { Grid } from '../../../schemas/http/ui-grid.ts'
import { findDag } from './dags.ts'
import { type GridInstance, gridRun } from './grid-run.ts'
import type { Db } from './tables.ts'

interface GridFilter {
  readonly limit?: number
  readonly offset?: number
  readonly run_type?: readonly string[]
  readonly state?: readonly string[]
  readonly run_after_lte?: string
}

/** Runs by tasks: five statements whatever the numbers. */
export const getGrid = async (db: Db, dagId: string, query: GridFilter): Promise<Grid> => {
  const dag = await findDag(db, dagId)
  let filtered = db.selectFrom('dag_run').where('dag_id', '=', dagId)
  if (query.run_type?.length) filtered = filtered.where('run_type', 'in', query.run_type)
  if (query.state?.length) filtered = filtered.where('state', 'in', query.state)
  if (query.run_after_lte !== undefined) filtered = filtered.where('run_after', '<=', new Date(query.run_after_lte))
  const [runs, count] = await Promise.all([
    filtered
      .selectAll()
      .orderBy('run_after', 'desc')
      .orderBy('run_id', 'desc')
      .limit(query.limit ?? 25)
      .offset(query.offset ?? 0)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  const [instances, tasks, newest] = await Promise.all([
    instancesOf(
      db,
      dagId,
      runs.map((run) => run.run_id),
    ),
    db
      .selectFrom('dag_version_task')
      .select(['version', 'task_id'])
      .where('dag_id', '=', dagId)
      .where('version', 'in', [...new Set([dag.version, ...runs.map((run) => run.version)])])
      .orderBy('position')
      .execute(),
    db.selectFrom('dag_version').select('version_number').where('dag_id', '=', dagId).where('version', '=', dag.version).executeTakeFirst(),
  ])
  const tasksOf = new Map<string, Set<string>>()
  for (const { version, task_id } of tasks) tasksOf.set(version, (tasksOf.get(version) ?? new Set()).add(task_id))
  const taskIds = [...new Set([...(tasksOf.get(dag.version) ?? []), ...tasks.map((task) => task.task_id), ...instances.map((instance) => instance.task_id)])]
  const instancesByRun = new Map<string, GridInstance[]>(runs.map((run) => [run.run_id, []]))
  for (const instance of instances) instancesByRun.get(instance.run_id)?.push(instance)
  return {
    dag_id: dagId,
    version: dag.version,
    version_number: newest?.version_number ?? null,
    task_ids: taskIds,
    runs: runs.map((run) => gridRun(run, taskIds, tasksOf.get(run.version) ?? new Set(), instancesByRun.get(run.run_id) ?? [])),
    total_runs: count.total,
  }
}

const instancesOf = async (db: Db, dagId: string, runIds: readonly string[]): Promise<readonly GridInstance[]> =>
  runIds.length === 0
    ? []
    : db
        .selectFrom('task_instance')
        .select(['run_id', 'task_id', 'map_index', 'n', 'state', 'try_number', 'started_at', 'ended_at'])
        .where('dag_id', '=', dagId)
        .where('run_id', 'in', runIds)
        .execute()
