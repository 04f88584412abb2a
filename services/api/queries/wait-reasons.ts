/** Gathers what `whyWaits` looks at: the instance's run, its upstreams, limits, its pool and queue. A handful of statements for one instance. */
import { sql } from '#kysely'
import type { WaitReason } from '../../../schemas/http/waits.ts'
import type { DagDefinition, TaskDefinition } from '../../core/dag.ts'
import { isFinished, type RunState, type TaskState } from '../../core/states.ts'
import { whyWaits } from '../../core/why.ts'
import type { InstanceState, WhyInput } from '../../core/why-types.ts'
import { upstreamsToAsk } from '../../core/why-upstream.ts'
import { type ExecutorView, executorStatus } from './executor-status.ts'
import { findRun } from './runs.ts'
import type { DagRunTable, Db, InstanceView } from './tables.ts'
import { definitionOf, findVersion } from './versions.ts'
import { freeWorkerSlots } from './worker-slots.ts'

export const waitReasons = async (db: Db, instance: InstanceView, now: number): Promise<WaitReason[]> => {
  const state = stateOf(instance.state)
  if (isFinished(state) || state === 'running') return []
  const run = await findRun(db, instance.dag_id, instance.run_id)
  const definition = definitionOf(await findVersion(db, run.dag_id, run.version))
  const task = definition.tasks.find((one) => one.taskId === instance.task_id)
  const queue = instance.queue ?? task?.queue ?? 'default'
  const pool = instance.pool ?? task?.pool ?? 'default_pool'
  const [dag, backfill, upstreams, active, previous, executor, freeSlots] = await Promise.all([
    dagFacts(db, run, now),
    backfillFacts(db, run),
    instancesOf(db, run.dag_id, run.run_id, upstreamsToAsk(definition, instance.task_id)),
    activeFacts(db, instance),
    previousFacts(db, run, definition, task),
    executorStatus(db),
    freeWorkerSlots(db, queue, now),
  ])
  const reasons = whyWaits({
    definition,
    instance: {
      taskId: instance.task_id,
      mapIndex: instance.map_index,
      state,
      tryNumber: instance.try_number,
      dueAt: ms(instance.due_at),
      since: ms(instance.at),
      reason: instance.reason,
      pool,
      queue,
    },
    run: { runId: run.run_id, state: run.state as RunState, runAfter: run.run_after.getTime(), queuedAt: ms(run.queued_at), startedAt: ms(run.started_at) },
    dag,
    backfill,
    upstreams,
    active,
    previous,
    pool: poolFacts(executor, pool),
    poolSlots: instance.pool_slots,
    executor: executor && { unservedQueues: executor.unservedQueues, waiting: executor.waiting, freeWorkerSlots: freeSlots },
    now,
  })
  return reasons.map(({ kind, facts, sentence }) => ({ kind, facts: factsAnswer(facts), sentence }))
}

const stateOf = (state: string | null): TaskState => (state ?? 'none') as TaskState

const ms = (date: Date | null): number | null => date?.getTime() ?? null

const dagFacts = async (db: Db, run: DagRunTable, now: number): Promise<WhyInput['dag']> => {
  const { rows } = await sql<{ paused: boolean; active: number; due: number }>`SELECT
  coalesce((SELECT paused FROM projection.dag_list WHERE dag_id = ${run.dag_id}), true) AS paused,
  count(*) FILTER (WHERE state = 'running')::int AS active,
  count(*) FILTER (WHERE state = 'queued' AND run_after <= ${new Date(now)})::int AS due
FROM projection.dag_run WHERE dag_id = ${run.dag_id} AND state IN ('queued', 'running') AND backfill_id IS NULL`.execute(db)
  return { paused: rows[0]?.paused ?? true, activeRuns: rows[0]?.active ?? 0, dueRuns: rows[0]?.due ?? 0 }
}

const backfillFacts = async (db: Db, run: DagRunTable): Promise<WhyInput['backfill']> => {
  if (run.backfill_id === null) return null
  const { rows } = await sql<{ state: string; max_active_runs: number; active: number }>`SELECT b.state, b.max_active_runs,
  (SELECT count(*)::int FROM projection.dag_run r WHERE r.dag_id = b.dag_id AND r.backfill_id = b.backfill_id AND r.state = 'running') AS active
FROM projection.backfill b WHERE b.dag_id = ${run.dag_id} AND b.backfill_id = ${run.backfill_id}`.execute(db)
  const [row] = rows
  return row ? { backfillId: run.backfill_id, state: row.state, activeRuns: row.active, maxActiveRuns: row.max_active_runs } : null
}

const instancesOf = async (db: Db, dagId: string, runId: string, taskIds: readonly string[]): Promise<readonly InstanceState[]> => {
  if (taskIds.length === 0) return []
  const rows = await db
    .selectFrom('instance')
    .select(['task_id', 'map_index', 'state'])
    .where('dag_id', '=', dagId)
    .where('run_id', '=', runId)
    .where('task_id', 'in', taskIds)
    .orderBy('position')
    .orderBy('map_index')
    .execute()
  return rows.map((row) => ({ taskId: row.task_id, mapIndex: row.map_index, state: stateOf(row.state) }))
}

const activeFacts = async (db: Db, { dag_id, run_id, task_id }: InstanceView): Promise<WhyInput['active']> => {
  const { rows } = await sql<WhyInput['active']>`SELECT count(*) FILTER (WHERE run_id = ${run_id})::int AS "inRun",
  count(*) FILTER (WHERE task_id = ${task_id})::int AS "ofTask", count(*) FILTER (WHERE run_id = ${run_id} AND task_id = ${task_id})::int AS "ofTaskInRun"
FROM projection.task_instance WHERE dag_id = ${dag_id} AND state IN ('queued', 'running', 'restarting')`.execute(db)
  return rows[0] ?? { inRun: 0, ofTask: 0, ofTaskInRun: 0 }
}

const previousFacts = async (db: Db, run: DagRunTable, definition: DagDefinition, task: TaskDefinition | undefined): Promise<WhyInput['previous']> => {
  if (!task || run.logical_date === null || !(task.dependsOnPast || task.waitForDownstream)) return null
  const before = await db
    .selectFrom('dag_run')
    .select('run_id')
    .where('dag_id', '=', run.dag_id)
    .where('logical_date', '<', run.logical_date)
    .orderBy('logical_date', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!before) return null
  const below = definition.tasks.filter((one) => one.upstream.includes(task.taskId)).map((one) => one.taskId)
  return { runId: before.run_id, instances: await instancesOf(db, run.dag_id, before.run_id, [task.taskId, ...below]) }
}

/** The executor shows a pool that is not there with 0 slots; one that it does not show is empty. */
const poolFacts = (executor: ExecutorView | null, name: string): WhyInput['pool'] => {
  const status = executor?.pools.find((pool) => pool.name === name)
  if (!status) return { name, slots: null, taken: 0, queued: 0 }
  return { name, slots: status.slots < 0 ? null : status.slots, taken: status.running, queued: status.queued }
}

const instants = new Set(['at', 'since', 'until', 'lastSeen'])

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Facts as the API says things: snake_case, instants as text. */
const factsAnswer = (facts: object): { readonly [key: string]: unknown } =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      snake(name),
      instants.has(name) && typeof value === 'number' ? new Date(value).toISOString() : answered(value),
    ]),
  )

const answered = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(answered) : typeof value === 'object' && value !== null ? factsAnswer(value) : value
