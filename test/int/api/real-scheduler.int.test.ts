/** The same commands with the scheduler itself: tasks of operator `empty` need neither executor nor worker. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Service } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { type ApiStack, openApiStack } from '../../support/api-stack.ts'
import { publishDag } from '../../support/send.ts'
import { until } from '../../support/until.ts'

let stack: ApiStack
let scheduler: Service

const dagId = 'daily'

const call = (method: string, path: string, body?: unknown) => stack.call(method, path, body)

beforeAll(async () => {
  stack = await openApiStack()
  const { platform, onFailed } = stack
  scheduler = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 20_000, checkpointMs: 60_000 }, onFailed)
  const empty = (taskId: string, upstream: readonly string[] = []) => ({ taskId, operator: 'empty', upstream })
  await publishDag(platform, {
    ...{ dagId, schedule: '@daily', startDate: '2024-01-01', catchup: false, pausedUponCreation: true },
    tasks: [empty('a'), empty('b', ['a']), { taskId: 'm', operator: 'empty', upstream: ['b'], map: { kind: 'cross', inputs: { n: { literal: [1, 2, 3] } } } }],
  })
  await until('the scheduler has it', async () => (await call('GET', `/api/v2/dags/${dagId}/details`)).json.event_number > 0)
})

afterAll(async () => {
  await scheduler?.stop()
  await stack?.close()
  expect(stack?.failures).toEqual([])
})

test('a run, cleared in part, marked, cleared again', async () => {
  await call('POST', `/api/v2/dags/${dagId}/dagRuns`, { dag_run_id: 'r', logical_date: '2023-01-01T00:00:00Z' })
  const why = await call('GET', `/ui/dags/${dagId}/dagRuns/r/taskInstances/a/why`)
  expect(why.json.reasons.map((reason: { kind: string }) => reason.kind)).toEqual(['paused', 'run_queued'])
  await call('PATCH', `/api/v2/dags/${dagId}`, { is_paused: false })
  const state = async () => (await call('GET', `/api/v2/dags/${dagId}/dagRuns/r`)).json.state
  await until('it is a success', async () => (await state()) === 'success')
  const instances = async () =>
    (await call('GET', `/api/v2/dags/${dagId}/dagRuns/r/taskInstances`)).json.task_instances.map(
      (one: { task_id: string; map_index: number; state: string; try_number: number }) => `${one.task_id}[${one.map_index}] ${one.state} ${one.try_number}`,
    )
  const mapped = [0, 1, 2].map((index) => `m[${index}] success 1`)
  // Runs and instances are told in two topics: the run may be shown as ended first.
  await until('its instances', async () => (await instances()).filter((one: string) => one.includes('success')).length === 5)
  expect(await instances()).toEqual(['a[-1] success 1', 'b[-1] success 1', ...mapped])
  const clear = (body: object) => call('POST', `/api/v2/dags/${dagId}/clearTaskInstances`, { dag_run_id: 'r', only_failed: false, ...body })
  expect((await clear({ task_ids: ['b'], include_downstream: true })).json.total_entries).toBe(4)
  expect(await instances()).toEqual(['a[-1] success 1', 'b[-1] success 1', ...mapped])
  expect((await clear({ task_ids: [['m', 1]], dry_run: false })).json.total_entries).toBe(1)
  await until('it ran again', async () => (await state()) === 'success' && (await instances())[3] === 'm[1] success 2')
  expect(await instances()).toEqual(['a[-1] success 1', 'b[-1] success 1', 'm[0] success 1', 'm[1] success 2', 'm[2] success 1'])
  const marked = await call('PATCH', `/api/v2/dags/${dagId}/dagRuns/r/taskInstances/b`, { new_state: 'failed' })
  expect(marked.json).toMatchObject({ task_instances: [{ task_id: 'b', state: 'failed', reason: 'marked' }] })
  expect((await call('POST', `/api/v2/dags/${dagId}/dagRuns/r/clear`, { dry_run: false })).status).toBe(200)
  await until('the whole run again', async () => (await state()) === 'success' && (await instances())[4] === 'm[2] success 2')
  expect((await clear({ task_ids: ['x'] })).json.code).toBe('task_not_found')
})

test('a conf that is too big for a run is refused, whether the scheduler or the API sees it', async () => {
  for (const chars of [300_000, 600_000]) {
    const { status, json } = await call('POST', `/api/v2/dags/${dagId}/dagRuns`, { conf: { text: 'x'.repeat(chars) } })
    expect([status, json.code]).toEqual([413, 'too_big'])
  }
})

test('notes on a run and its instances; the tries after a clear', async () => {
  const runPath = `/api/v2/dags/${dagId}/dagRuns/r`
  expect(await call('PATCH', runPath, { note: 'looked at' })).toMatchObject({ status: 200, json: { note: 'looked at', state: 'success' } })
  const noted = await call('PATCH', `${runPath}/taskInstances/m/1`, { note: 'odd one' })
  expect(noted.json).toMatchObject({ total_entries: 1, task_instances: [{ task_id: 'm', map_index: 1, note: 'odd one', state: 'success' }] })
  // Three tries by two clears; it has no retries, so the next would be its last.
  expect((await call('GET', `${runPath}/taskInstances/m/1`)).json).toMatchObject({ note: 'odd one', try_number: 3, max_tries: 3, rendered_map_index: '1' })
  expect((await call('PATCH', `${runPath}/taskInstances/m/1`, { note: null })).json.task_instances[0].note).toBe(null)
  expect((await call('PATCH', runPath, {})).json.code).toBe('bad_request')
  expect((await call('PATCH', runPath, { note: 'n'.repeat(1001) })).status).toBe(400)
  expect((await call('PATCH', runPath, { note: 'again', state: 'failed' })).json).toMatchObject({ note: 'again', state: 'failed' })
})

test('a backfill from its dry run to its end', async () => {
  const body = { dag_id: dagId, from_date: '2024-02-01T00:00:00Z', to_date: '2024-02-10T00:00:00Z', max_active_runs: 3 }
  expect((await call('POST', '/api/v2/backfills/dry_run', body)).json.total_entries).toBe(10)
  const made = await call('POST', '/api/v2/backfills', body)
  expect(made.json).toMatchObject({ dag_id: dagId, progress: { total: 10 } })
  const shown = async () => (await call('GET', `/api/v2/backfills/${made.json.id}`)).json
  await until('its end', async () => (await shown()).state === 'finished')
  await until('all its runs', async () => (await shown()).progress.success === 10)
  expect(await shown()).toMatchObject({ progress: { total: 10, taken: 10, skipped: 0, queued: 0, running: 0, failed: 0 }, completed_at: expect.any(String) })
  expect((await call('POST', '/api/v2/backfills/dry_run', body)).json.total_entries).toBe(0)
  const again = await call('POST', '/api/v2/backfills', { ...body, reprocess_behavior: 'completed', run_backwards: true })
  await until('the second end', async () => (await call('GET', `/api/v2/backfills/${again.json.id}`)).json.state === 'finished')
  await until('its runs', async () => (await call('GET', `/api/v2/backfills/${again.json.id}`)).json.progress.success === 10)
  expect((await call('PUT', `/api/v2/backfills/${again.json.id}/cancel`)).json.code).toBe('run_conflict')
})

test('the next runs of its schedule', async () => {
  const { json } = await call('GET', `/ui/dags/${dagId}/nextRuns?count=3`)
  expect(json.next_runs).toHaveLength(3)
  const starts = json.next_runs.map((run: { logical_date: string }) => Date.parse(run.logical_date))
  expect(starts.map((start: number) => start - starts[0])).toEqual([0, 86_400_000, 172_800_000])
})
