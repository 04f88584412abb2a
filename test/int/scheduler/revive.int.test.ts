/** Runs that left memory, cleared over REST: read back from topic archive on a real broker, told to the tables, and safe when the scheduler goes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiService, startApi } from '../../../services/api/service.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { startProjector } from '../../../services/projector/service.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { type JournalTruth, openJournalTruth } from '../../support/journal-truth.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'
import { openServiceStack, type ServiceStack } from '../../support/service-stack.ts'
import { until } from '../../support/until.ts'

let stack: ServiceStack
let truth: JournalTruth
let services: Service[] = []
let scheduler: Service
let api: ApiService
const failures: Error[] = []
const onFailed = (error: Error) => failures.push(error)
const dagId = 'many'

const start = () => startScheduler(stack.platform, { group: 'scheduler', checkpointEvents: 20, checkpointMs: 60_000 }, onFailed)
const call = async (method: string, path: string, body?: unknown) => {
  const init = body === undefined ? { method } : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`${api.url}${path}`, init)
  return { status: response.status, json: JSON.parse(await response.text()) }
}
const clear = (runId: string) =>
  call('POST', `/api/v2/dags/${dagId}/clearTaskInstances`, { dag_run_id: runId, task_ids: ['b'], only_failed: false, dry_run: false })
const tries = async (runId: string): Promise<string[]> =>
  (await call('GET', `/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances`)).json.task_instances.map(
    (one: { task_id: string; state: string; try_number: number }) => `${one.task_id} ${one.state} ${one.try_number}`,
  )

beforeAll(async () => {
  stack = await openServiceStack(1)
  const { platform, databaseUrl, logsDir } = stack
  scheduler = await start()
  const projector = await startProjector(platform, { databaseUrl, logsDir }, onFailed)
  api = await startApi(platform, { databaseUrl, logsDir, host: '127.0.0.1', port: 0, allowedHosts: [] }, onFailed)
  services = [api, projector]
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
  for (const service of [...services, scheduler]) await service.stop()
  await stack?.close()
  expect(failures).toEqual([])
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
