import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { columnOf } from '../../../services/core/column.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { startProjector } from '../../../services/projector/service.ts'
import { chainDefinition, dagAdopted, runCreated, runState, taskState } from '../../support/journal-events.ts'
import { claimColumn, type JournalWriter } from '../../support/journal-writer.ts'
import { openServiceStack, type ServiceStack } from '../../support/service-stack.ts'
import { until } from '../../support/until.ts'

const dagIds = ['a', 'b', 'c', 'd']
let stack: ServiceStack
let db: pg.Client
const failures: Error[] = []
const writers = new Map<string, JournalWriter>()
const owners = new Map<number, JournalWriter>()
const projectors: Service[] = []

const start = async (): Promise<void> => {
  projectors.push(
    await startProjector(stack.platform, { databaseUrl: stack.databaseUrl, logsDir: `${stack.logsDir}/${projectors.length}` }, (error) => failures.push(error)),
  )
}

/** A run of each DAG from its creation to its end. */
const decideRuns = async (runId: string): Promise<void> => {
  for (const [dagId, writer] of writers) {
    await writer.decide(runCreated({ dagId, runId, logicalDate: null }), taskState({ dagId, runId, taskId: 't', n: 2, state: 'running' }))
    await writer.decide(taskState({ dagId, runId, taskId: 't', n: 3, state: 'success' }), runState({ dagId, runId, n: 4, state: 'success' }))
  }
}

const areShown = (runId: string) => async (): Promise<boolean> => {
  const { rows } = await db.query(
    `SELECT i.state FROM projection.instance i JOIN projection.dag_run r USING (dag_id, run_id) WHERE r.run_id = $1 AND r.state = 'success' AND i.state = 'success'`,
    [runId],
  )
  return rows.length === dagIds.length
}

beforeAll(async () => {
  stack = await openServiceStack(4)
  db = new pg.Client({ connectionString: stack.databaseUrl })
  await db.connect()
  for (const dagId of dagIds) {
    // DAGs of one column share its owner
    const column = columnOf(dagId, stack.platform.columns)
    const writer = owners.get(column) ?? (await claimColumn(stack.platform, column))
    owners.set(column, writer)
    writers.set(dagId, writer)
    const definition = chainDefinition(dagId, ['t'])
    await writer.decide(dagAdopted({ dagId, n: 1, definition }))
    const value = { dagId, version: 'v1', definition, bundle: null, fileloc: null, source: null, publishedBy: 'test', publishedAt: 0 }
    await stack.platform.bus.send([{ topic: stack.platform.topic('dags'), partition: 0, key: dagId, value: stack.platform.codec.encode('DagVersion', value) }])
  }
})

afterAll(async () => {
  for (const projector of projectors) await projector.stop()
  await db?.end()
  await stack?.close()
  expect(failures).toEqual([])
})

test('two projectors share the columns, one writes the tables; when it stops, the other goes on', async () => {
  await start()
  await decideRuns('one')
  await until('runs of one projector', areShown('one'))
  await start()
  await decideRuns('two')
  await until('runs of two projectors', areShown('two'))
  await projectors.shift()?.stop()
  await decideRuns('three')
  await until('runs of the one that stayed', areShown('three'))
})

test('Postgres cuts every connection: nothing is lost', async () => {
  const cut = () => db.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()')
  await cut()
  await decideRuns('four')
  await cut()
  await decideRuns('five')
  await until('runs from before', areShown('four'))
  await until('runs from after', areShown('five'))
})

test('positions that somebody else moved stop nothing and write nothing twice', async () => {
  const before = await db.query(`SELECT count(*)::int AS n FROM projection.task_try`)
  await db.query(`UPDATE projection.position SET next_offset = 0 WHERE topic = 'task-events'`)
  await decideRuns('six')
  await until('runs after the move', areShown('six'))
  expect((await db.query(`SELECT count(*)::int AS n FROM projection.task_try`)).rows[0].n).toBe(before.rows[0].n + dagIds.length)
})

test('what retention drops goes from the tables, too', async () => {
  for (const [dagId, writer] of writers) await writer.decide({ type: 'RunForgotten', dagId, runId: 'one', n: 5, at: 0 })
  await until(
    'the rows are gone',
    async () =>
      (await db.query(`SELECT FROM projection.dag_run WHERE run_id = 'one' UNION ALL SELECT FROM projection.task_instance WHERE run_id = 'one'`)).rows
        .length === 0,
  )
  expect(await areShown('two')()).toBe(true)
})
