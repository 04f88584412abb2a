/** Runs that left memory, cleared over REST: read back from topic archive on a real broker, told to the tables, and safe when the scheduler goes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Service } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { type ApiStack, openApiStack } from '../../support/api-stack.ts'
import { type JournalTruth, openJournalTruth } from '../../support/journal-truth.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'
import { until } from '../../support/until.ts'

let stack: ApiStack
let truth: JournalTruth
let scheduler: Service
const dagId = 'many'

const start = () => startScheduler(stack.platform, { group: 'scheduler', checkpointEvents: 20, checkpointMs: 60_000 }, stack.onFailed)
const call = (method: string, path: string, body?: unknown) => stack.call(method, path, body)
const clear = (runId: string) =>
  call('POST', `/api/v2/dags/${dagId}/clearTaskInstances`, { dag_run_id: runId, task_ids: ['b'], only_failed: false, dry_run: false })
const tries = async (runId: string): Promise<string[]> =>
  (await call('GET', `/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances`)).json.task_instances.map(
    (one: { task_id: string; state: string; try_number: number }) => `${one.task_id} ${one.state} ${one.try_number}`,
  )

beforeAll(async () => {
  stack = await openApiStack(1)
  const { platform } = stack
  scheduler = await start()
  await publishDag(platform, {
    dagId,
    tasks: [
      { taskId: 'a', operator: 'empty' },
      { taskId: 'b', operator: 'empty', upstream: ['a'] },
    ],
  })
  truth = await openJournalTruth(platform)
  await truth.until('the DAG', (t) => t.columns[0]?.dags.has(dagId), 30_000)
  await unpause(platform, dagId)
  for (let i = 0; i < 30; i++) await sendCommand(platform, { dagId, kind: 'trigger_run', runId: `r${i}` })
})

afterAll(async () => {
  await truth?.close()
  await scheduler?.stop()
  await stack?.close()
  expect(stack?.failures).toEqual([])
})

test('archived runs run again, also when the scheduler goes meanwhile', { timeout: 60_000 }, async () => {
  const archived = () => truth.columns[0]?.dags.get(dagId)?.archived
  await truth.until('archived runs', () => archived()?.size === 5, 30_000)
  expect(archived()?.has('r0')).toBe(true)
  await until('its rows', async () => (await tries('r0')).join() === 'a success 1,b success 1')
  expect(await clear('r0')).toMatchObject({ status: 200, json: { total_entries: 1 } })
  await until('it ran again', async () => (await tries('r0')).join() === 'a success 1,b success 2')

  await scheduler.stop()
  const asked = [clear('r1'), clear('r2')]
  const waiting = () => stack.platform.bus.offsets(stack.platform.topic('commands'))
  const before = (await waiting()).partitions[0]?.high ?? 0
  await until('the commands', async () => ((await waiting()).partitions[0]?.high ?? 0) >= Math.max(before, 34))
  scheduler = await start()
  for (const { status, json } of await Promise.all(asked)) expect([status, json.total_entries]).toEqual([200, 1])
  for (const runId of ['r1', 'r2']) await until('it ran again', async () => (await tries(runId)).join() === 'a success 1,b success 2')
})
