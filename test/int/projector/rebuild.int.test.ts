import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { columnOf } from '../../../services/core/column.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { rebuild } from '../../../services/projector/rebuild/rebuild.ts'
import { startProjector } from '../../../services/projector/service.ts'
import { dumpSchema } from '../../support/dump-schema.ts'
import { chainDefinition, dagAdopted, runCreated, runState, taskState } from '../../support/journal-events.ts'
import { claimColumn, type JournalWriter } from '../../support/journal-writer.ts'
import { openServiceStack, type ServiceStack } from '../../support/service-stack.ts'
import { until } from '../../support/until.ts'

const dagId = 'a'
const taskIds = ['t', 'u', 'v']
let stack: ServiceStack
let db: pg.Client
let writer: JournalWriter
let projector: Service
const failures: Error[] = []
let runs = 0

const decideRun = async (): Promise<void> => {
  const runId = `r${runs++}`
  await writer.decide(runCreated({ dagId, runId, logicalDate: null }), runState({ dagId, runId, n: 2, state: 'running' }))
  for (const [i, taskId] of taskIds.entries())
    await writer.decide(
      taskState({ dagId, runId, taskId, n: 3 + 2 * i, state: 'running' }),
      taskState({ dagId, runId, taskId, n: 4 + 2 * i, state: 'success', xcoms: [{ key: 'return_value', value: '1' }] }),
    )
  await writer.decide(runState({ dagId, runId, n: 9, state: 'success' }))
}

const areShown = async (): Promise<boolean> => (await db.query(`SELECT FROM projection.dag_run WHERE state = 'success'`)).rows.length === runs

const tables = ['dag', 'dag_version', 'dag_version_task', 'dag_state', 'dag_run', 'task_instance', 'task_try', 'xcom', 'worker', 'dead_letter', 'position']
const rows = async (): Promise<Record<string, unknown>> => {
  const all: Record<string, unknown> = {}
  for (const table of tables) all[table] = (await db.query(`SELECT to_jsonb(t) AS row FROM projection.${table} t ORDER BY to_jsonb(t)::text`)).rows
  return all
}

const firstPlace = async (): Promise<number> => (await db.query(`SELECT 'projection.dag_run'::regclass::oid::int AS oid`)).rows[0].oid

beforeAll(async () => {
  stack = await openServiceStack(2)
  db = new pg.Client({ connectionString: stack.databaseUrl })
  await db.connect()
  const { bus, codec, topic, columns } = stack.platform
  writer = await claimColumn(stack.platform, columnOf(dagId, columns))
  const definition = chainDefinition(dagId, taskIds)
  await writer.decide(dagAdopted({ dagId, n: 1, definition }))
  const value = { dagId, version: 'v1', definition, bundle: null, fileloc: null, source: null, publishedBy: 'test', publishedAt: 0 }
  await bus.send([
    { topic: topic('dags'), partition: 0, key: dagId, value: codec.encode('DagVersion', value) },
    { topic: topic('dags'), partition: 0, key: 'b', value: Buffer.from('nonsense') },
  ])
  projector = await startProjector(stack.platform, { databaseUrl: stack.databaseUrl, logsDir: stack.logsDir }, (error) => failures.push(error))
  await Promise.all(Array.from({ length: 40 }, decideRun))
  await until('the runs', areShown)
  await until('the dead letter', async () => (await db.query('SELECT FROM projection.dead_letter')).rows.length === 1)
})

afterAll(async () => {
  await projector?.stop()
  await db?.end()
  await stack?.close()
  expect(failures).toEqual([])
})

test('a rebuild gives the same rows and the same schema, in tables of their own, and tells how far it is', async () => {
  const [before, schema, place] = [await rows(), await dumpSchema(db, ['projection']), await firstPlace()]
  const shares: number[] = []
  const { done, total } = await rebuild(stack.platform, stack.databaseUrl, (progress) => shares.push(progress.done))
  expect(await firstPlace()).not.toBe(place)
  expect(await rows()).toEqual(before)
  expect(await dumpSchema(db, ['projection'])).toBe(schema)
  expect(done).toBe(total)
  expect(shares.at(-1)).toBe(done)
  expect((await db.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'projection%'`)).rows).toEqual([{ nspname: 'projection' }])
  expect((await stack.platform.bus.offsets(stack.platform.topic('dead-letters'))).partitions[0]?.high).toBe(1)
})

test('the projector that runs meanwhile goes on in the new tables', async () => {
  let isOver = false
  const writing = (async () => {
    while (!isOver) await decideRun()
  })()
  await rebuild(stack.platform, stack.databaseUrl, () => undefined)
  isOver = true
  await writing
  await until('every run', areShown)
  await decideRun()
  await until('a run after the swap', areShown)
  expect((await db.query(`SELECT FROM projection.task_try WHERE state = 'success'`)).rows.length).toBe(runs * taskIds.length)
})

test('a second rebuild at the same time is refused', async () => {
  const outcomes = await Promise.allSettled([
    rebuild(stack.platform, stack.databaseUrl, () => undefined),
    rebuild(stack.platform, stack.databaseUrl, () => undefined),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'rebuild_running' } })
})
