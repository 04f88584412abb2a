/** Clear, mark, backfills, pools, reasons to wait, versions: over HTTP, with a scheduler that answers by hand. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command, ExecutorStatus } from '../../../schemas/generated/records.ts'
import type { BackfillAnswer, Touched } from '../../../services/core/command-args.ts'
import type { JournalEvent } from '../../../services/platform/bus/journal.ts'
import { type ApiStack, openApiStack } from '../../support/api-stack.ts'
import { backfillCreated, chainDefinition, commandAnswered, dagAdopted, runCreated, runState, t0, taskState } from '../../support/journal-events.ts'
import { claimColumnOf, type JournalWriter } from '../../support/journal-writer.ts'
import { readEventStream } from '../../support/read-event-stream.ts'
import { publishVersion } from '../../support/send.ts'
import { until } from '../../support/until.ts'

let stack: ApiStack
let writer: JournalWriter

const dagId = 'etl'
const dayMs = 86_400_000
let n = 1
const asked: { readonly kind: string; readonly args: unknown }[] = []

/** What the next command is answered with, and what it makes besides. */
let next: { readonly result?: Touched | BackfillAnswer; readonly events?: () => readonly JournalEvent[]; readonly refused?: string } = {}

const answer = async (command: Command): Promise<void> => {
  asked.push({ kind: command.kind, args: JSON.parse(command.args ?? 'null') })
  const { result, events, refused } = next
  next = {}
  const answered = refused === undefined ? { result: result ? JSON.stringify(result) : null } : { accepted: false, code: 'bad_request', message: refused }
  await writer.decide(...(events?.() ?? []), commandAnswered({ dagId, commandId: command.id, n: ++n, at: Date.now(), ...answered }))
}

const call = (method: string, path: string, body?: unknown) => stack.call(method, path, body)
const get = (path: string) => stack.get(path)

const publish = (version: string, definition: string, bundle: string) =>
  publishVersion(stack.platform, { dagId, version, definition, bundle, fileloc: 'etl.ts', source: `// ${version}`, publishedAt: t0 })

const heartbeat = (status: ExecutorStatus) =>
  stack.platform.bus.send([
    {
      topic: stack.platform.topic('heartbeats'),
      partition: 0,
      key: 'executor',
      value: stack.platform.codec.encode('Heartbeat', {
        ...{ incarnation: 'executor', counter: 1, epoch: 1, n: 0, at: Date.now(), body: { type: 'ExecutorStatus' as const, ...status } },
      }),
    },
  ])

beforeAll(async () => {
  stack = await openApiStack()
  const { platform } = stack
  const definition = chainDefinition(dagId, ['a', 'b', 'c'], { pausedUponCreation: false, dagrunTimeoutMs: 3_600_000 })
  await publish('v1', definition, 'a'.repeat(64))
  await publish('v2', chainDefinition(dagId, ['a', 'b', 'd'], { maxActiveTasks: 4 }), 'b'.repeat(64))
  writer = await claimColumnOf(platform, dagId)
  await writer.decide(dagAdopted({ dagId, n: 1, definition }), runCreated({ dagId, runId: 'r' }))
  await writer.decide(
    runState({ dagId, runId: 'r', n: 2, state: 'running' }),
    taskState({ dagId, runId: 'r', taskId: 'a', n: 3, state: 'running', worker: 'w' }),
    taskState({ dagId, runId: 'r', taskId: 'a', n: 4, state: 'failed', error: { type: 'Error', message: 'no', stack: null } }),
    taskState({ dagId, runId: 'r', taskId: 'b', n: 5, state: 'upstream_failed', tryNumber: 0 }),
  )
  await stack.onCommand(answer)
  await until('the run is shown', async () => (await get(`/api/v2/dags/${dagId}/dagRuns/r/taskInstances/b`)).json?.state === 'upstream_failed')
})

afterAll(async () => {
  await stack?.close()
  expect(stack?.failures).toEqual([])
})

const touchedA = (state: 'failed' | 'none', tryNumber = 1): Touched => ({
  instances: [{ runId: 'r', taskId: 'a', mapIndex: -1, state, tryNumber }],
  runs: ['r'],
})

test('clear: a dry run lists, the clear itself answers what it cleared; tries stay', async () => {
  next = { result: touchedA('failed') }
  const listed = await call('POST', `/api/v2/dags/${dagId}/clearTaskInstances`, { dag_run_id: 'r', task_ids: ['a', ['b', 0]], include_downstream: true })
  expect(listed).toMatchObject({ status: 200, json: { total_entries: 1, task_instances: [{ task_id: 'a', state: 'failed', try_number: 1 }] } })
  expect(asked.at(-1)).toEqual({
    kind: 'clear',
    args: { runId: 'r', tasks: [{ taskId: 'a' }, { taskId: 'b', mapIndex: 0 }], onlyFailed: true, downstream: true, dryRun: true },
  })
  next = {
    result: touchedA('failed'),
    events: () => [
      taskState({ dagId, runId: 'r', taskId: 'a', n: 6, state: 'none', tryNumber: 1 }),
      taskState({ dagId, runId: 'r', taskId: 'b', n: 7, state: 'none', tryNumber: 0 }),
    ],
  }
  const cleared = await call('POST', `/api/v2/dags/${dagId}/clearTaskInstances`, {
    ...{ dry_run: false, only_failed: false, start_date: '2024-01-01T00:00:00Z', end_date: '2024-12-31T00:00:00Z', run_on_latest_version: true },
  })
  expect(cleared.json).toMatchObject({ task_instances: [{ task_id: 'a', state: null, start_date: null, try_number: 1, worker: null }] })
  expect(asked.at(-1)?.args).toEqual({ from: Date.parse('2024-01-01T00:00:00Z'), to: Date.parse('2024-12-31T00:00:00Z'), latestVersion: true })
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/r/taskInstances/a/tries`)).json).toMatchObject({
    total_entries: 1,
    task_instances: [{ try_number: 1, state: 'failed', worker: 'w', error: { message: 'no' } }],
  })
})

test('a clear that says two things is refused, and so is one of a run that is not there', async () => {
  const clear = (body: object) => call('POST', `/api/v2/dags/${dagId}/clearTaskInstances`, body)
  for (const body of [
    { dag_run_id: 'r', start_date: '2024-01-01T00:00:00Z' },
    { dry_run: false, reset_dag_runs: false },
    { task_ids: [['a', 'x']] },
    { task_ids: [['a', -7]] },
    { start_date: 'yesterday' },
    { unknown: true },
  ])
    expect([body, (await clear(body)).status]).toEqual([body, 400])
  expect((await clear({ dag_run_id: 'none' })).json.code).toBe('run_not_found')
  next = { refused: 'task x is none of DAG etl: see its list of tasks' }
  expect((await clear({ task_ids: ['x'] })).json).toEqual({ code: 'bad_request', detail: 'task x is none of DAG etl: see its list of tasks' })
})

test('a whole run: cleared, marked, queued again', async () => {
  const run = `/api/v2/dags/${dagId}/dagRuns/r`
  next = { result: touchedA('none') }
  expect((await call('POST', `${run}/clear`, {})).json).toMatchObject({ total_entries: 1, task_instances: [{ task_id: 'a' }] })
  expect(asked.at(-1)?.args).toEqual({ runId: 'r', dryRun: true })
  next = { result: touchedA('none'), events: () => [runState({ dagId, runId: 'r', n: 8, state: 'queued' })] }
  expect((await call('POST', `${run}/clear`, { dry_run: false, only_failed: true })).json).toMatchObject({ dag_run_id: 'r', state: 'queued', note: null })
  expect(asked.at(-1)?.args).toEqual({ runId: 'r', onlyFailed: true })
  next = { result: touchedA('none'), events: () => [runState({ dagId, runId: 'r', n: 9, state: 'success', reason: 'marked' })] }
  expect((await call('PATCH', run, { state: 'success' })).json).toMatchObject({ state: 'success', reason: 'marked' })
  expect(asked.at(-1)).toEqual({ kind: 'mark', args: { runId: 'r', wholeRun: true, state: 'success' } })
  next = { result: touchedA('none'), events: () => [runState({ dagId, runId: 'r', n: 10, state: 'running' })] }
  expect((await call('PATCH', run, { state: 'queued' })).json.state).toBe('running')
  expect(asked.at(-1)).toEqual({ kind: 'clear', args: { runId: 'r' } })
  for (const body of [{}, { note: 7 }, { state: 'running' }]) expect((await call('PATCH', run, body)).status).toBe(400)
  next = { result: touchedA('none') }
  expect((await call('PATCH', `${run}/dry_run`, { state: 'failed' })).json).toMatchObject({ total_entries: 1, task_instances: [{ task_id: 'a' }] })
  expect(asked.at(-1)).toEqual({ kind: 'mark', args: { runId: 'r', wholeRun: true, state: 'failed', dryRun: true } })
})

test('marking an instance, and what it would touch', async () => {
  const instance = `/api/v2/dags/${dagId}/dagRuns/r/taskInstances/a`
  next = { result: touchedA('none') }
  expect((await call('PATCH', `${instance}/dry_run`, { new_state: 'success', include_past: true })).json).toMatchObject({ total_entries: 1 })
  expect(asked.at(-1)).toEqual({ kind: 'mark', args: { runId: 'r', tasks: [{ taskId: 'a' }], state: 'success', past: true, dryRun: true } })
  next = { result: touchedA('none'), events: () => [taskState({ dagId, runId: 'r', taskId: 'a', n: 11, state: 'success', tryNumber: 1, reason: 'marked' })] }
  expect((await call('PATCH', instance, { new_state: 'success' })).json).toMatchObject({
    task_instances: [{ task_id: 'a', state: 'success', reason: 'marked' }],
  })
  next = { result: { instances: [], runs: [] } }
  await call('PATCH', `${instance}/3/dry_run`, { new_state: 'skipped' })
  expect(asked.at(-1)?.args).toEqual({ runId: 'r', tasks: [{ taskId: 'a', mapIndex: 3 }], state: 'skipped', dryRun: true })
  expect((await call('PATCH', instance, {})).status).toBe(400)
  expect((await call('PATCH', instance, { new_state: 'running' })).status).toBe(400)
  // A clear that comes twice, or late, names the try it was about.
  next = { result: { instances: [], runs: [] } }
  await call('POST', `/api/v2/dags/${dagId}/clearTaskInstances`, { dry_run: false, only_failed: false, dag_run_id: 'r', task_ids: ['a', 'c'] })
  expect(asked.at(-1)?.args).toEqual({ runId: 'r', tasks: [{ taskId: 'a' }, { taskId: 'c' }], seenTries: { 'r/a': 1 } })
})

test('several tasks of a run are marked in one command', async () => {
  const path = `/ui/dags/${dagId}/markTaskInstances`
  next = { result: { instances: [], runs: [] } }
  expect((await call('POST', path, { dag_run_id: 'r', task_ids: ['a', ['b', 2]], new_state: 'skipped', include_downstream: true })).status).toBe(200)
  const tasks = [{ taskId: 'a' }, { taskId: 'b', mapIndex: 2 }]
  expect(asked.at(-1)).toEqual({ kind: 'mark', args: { runId: 'r', tasks, state: 'skipped', downstream: true, dryRun: true } })
  next = { result: { instances: [], runs: [] } }
  await call('POST', path, { dag_run_id: 'r', task_ids: ['a'], new_state: 'failed', dry_run: false })
  expect(asked.at(-1)?.args).toEqual({ runId: 'r', tasks: [{ taskId: 'a' }], state: 'failed', seenTries: { 'r/a': 1 } })
  expect((await call('POST', path, { dag_run_id: 'r', task_ids: ['a'], new_state: 'running' })).status).toBe(400)
  expect((await call('POST', path, { dag_run_id: 'nowhere', task_ids: ['a'], new_state: 'failed' })).status).toBe(404)
})

test('a mapped task: its instances take the place of the one that stood for it', async () => {
  const list = async () => {
    const { json } = await get(`/api/v2/dags/${dagId}/dagRuns/r/taskInstances?task_id=b`)
    return json.task_instances.map((one: { map_index: number; state: unknown }) => [one.map_index, one.state])
  }
  expect(await list()).toEqual([[-1, null]])
  await writer.decide({ type: 'TaskMapped', dagId, runId: 'r', taskId: 'b', n: 12, at: t0, length: 3 })
  await until('three instances', async () => (await list()).length === 3)
  expect(await list()).toEqual([0, 1, 2].map((index) => [index, null]))
  await writer.decide(
    taskState({ dagId, runId: 'r', taskId: 'b', mapIndex: 1, n: 13, state: 'queued' }),
    taskState({ dagId, runId: 'r', taskId: 'b', mapIndex: 2, n: 14, state: 'success' }),
  )
  await until('their states', async () => (await list())[2]?.[1] === 'success')
  expect((await get(`/ui/dags/${dagId}/grid`)).json.runs[0].mapped).toEqual({ b: { none: 1, queued: 1, success: 1 } })
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/r/taskInstances/b/listMapped`)).json.total_entries).toBe(3)
  // Cleared with what it is mapped over: how many there will be is not known again.
  await writer.decide(taskState({ dagId, runId: 'r', taskId: 'b', n: 15, state: 'none', tryNumber: 0 }))
  await until('one instance', async () => (await list()).length === 1)
  expect(await list()).toEqual([[-1, null]])
})

test('why it waits: upstream, then the pool; nothing when it runs', async () => {
  const why = async (taskId: string) => (await get(`/ui/dags/${dagId}/dagRuns/r/taskInstances/${taskId}/why`)).json
  expect(await why('c')).toMatchObject({
    state: null,
    reasons: [
      {
        kind: 'upstream',
        facts: { rule: 'all_success', done: 0, total: 1, waiting_for: [{ task_id: 'b', map_index: -1, state: 'none' }] },
        sentence: '0 of 1 upstream is finished (rule all_success). It waits for b (none).',
      },
      { kind: 'timeout_at', facts: { at: expect.stringMatching(/^2024-.*Z$/) } },
    ],
  })
  await heartbeat({
    ...{ hostname: 'h', pid: 1, kind: 'kafka', waiting: 1, running: 0, unservedQueues: ['default'] },
    pools: [{ name: 'default_pool', slots: 2, running: 2, queued: 1 }],
  })
  await writer.decide(taskState({ dagId, runId: 'r', taskId: 'b', n: 16, state: 'queued', at: Date.now() }))
  await until('both reasons', async () => (await why('b')).reasons[0]?.kind === 'pool')
  const { json } = await get(`/api/v2/dags/${dagId}/dagRuns/r/taskInstances/b`)
  expect(json.wait_reasons.map((reason: { kind: string }) => reason.kind)).toEqual(['pool', 'queue', 'timeout_at'])
  expect(json.wait_reasons[0]).toMatchObject({ facts: { pool: 'default_pool', slots: 2, free: 0, wanted: 1, queued: 1 } })
  expect(await why('a')).toEqual({ state: 'success', reasons: [] })
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/r/taskInstances`)).json.task_instances[0].wait_reasons).toBeNull()
})

test('backfills: dry run, made, paused, progress, the end; live', async () => {
  const dates = [t0, t0 + dayMs]
  const body = { dag_id: dagId, from_date: '2024-03-01T00:00:00Z', to_date: '2024-03-02T00:00:00Z', dag_run_conf: { x: 1 }, run_backwards: true }
  next = { result: { backfillId: null, dates } }
  const dry = await call('POST', '/api/v2/backfills/dry_run', body)
  expect(dry.json).toEqual({ total_entries: 2, backfills: dates.map((date) => ({ logical_date: new Date(date).toISOString() })) })
  expect(asked.at(-1)).toEqual({
    kind: 'create_backfill',
    args: { from: t0, to: t0 + dayMs, reprocess: 'none', maxActiveRuns: 10, conf: '{"x":1}', newestFirst: true, dryRun: true },
  })
  const live = await readEventStream(`${stack.url}/ui/live?dag_id=${dagId}`)
  next = {
    result: { backfillId: 'bf1', dates },
    events: () => [backfillCreated({ dagId, backfillId: 'bf1', n: ++n, conf: '{"x":1}', newestFirst: true })],
  }
  const made = await call('POST', '/api/v2/backfills', { ...body, reprocess_behavior: 'failed', max_active_runs: 3 })
  expect(made.json).toMatchObject({
    ...{ id: 'bf1', dag_id: dagId, state: 'running', is_paused: false, run_backwards: true, dag_run_conf: { x: 1 }, completed_at: null },
    progress: { total: 2, taken: 0, skipped: 0, queued: 0, running: 0, success: 0, failed: 0 },
  })
  expect(asked.at(-1)?.args).toMatchObject({ reprocess: 'failed', maxActiveRuns: 3 })
  await live.until('the backfill', (seen) => seen.some((one) => one.event === 'backfill' && one.data.backfill_id === 'bf1'))
  live.close()
  const changed = (state: string, taken: number, skipped = 0) => ({
    ...{ type: 'BackfillStateChanged' as const, dagId, backfillId: 'bf1', n: ++n, at: Date.now(), state, next: taken, skipped },
  })
  next = {
    result: { backfillId: 'bf1', dates: [] },
    events: () => [
      runCreated({ dagId, runId: 'b1', runType: 'backfill', backfillId: 'bf1', logicalDate: t0 + dayMs }),
      runState({ dagId, runId: 'b1', n: 2, state: 'running' }),
      changed('paused', 1),
    ],
  }
  expect((await call('PUT', '/api/v2/backfills/bf1/pause')).json).toMatchObject({ is_paused: true, progress: { total: 2, taken: 1, running: 1 } })
  expect(asked.at(-1)).toEqual({ kind: 'pause_backfill', args: { backfillId: 'bf1' } })
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/b1`)).json).toMatchObject({ run_type: 'backfill', backfill_id: 'bf1' })
  next = { result: { backfillId: 'bf1', dates: [] }, events: () => [changed('running', 1)] }
  expect((await call('PUT', '/api/v2/backfills/bf1/unpause')).json.state).toBe('running')
  expect(asked.at(-1)?.kind).toBe('resume_backfill')
  next = {
    result: { backfillId: 'bf1', dates: [] },
    events: () => [runState({ dagId, runId: 'b1', n: 3, state: 'success' }), changed('cancelled', 2, 1)],
  }
  expect((await call('PUT', '/api/v2/backfills/bf1/cancel')).json).toMatchObject({
    ...{ state: 'cancelled', is_paused: false, completed_at: expect.any(String) },
    progress: { total: 2, taken: 2, skipped: 1, running: 0, success: 1 },
  })
  expect((await get(`/api/v2/backfills?dag_id=${dagId}&active=false`)).json).toMatchObject({ total_entries: 1, backfills: [{ id: 'bf1' }] })
  expect((await get('/api/v2/backfills?active=true')).json.total_entries).toBe(0)
  expect((await call('PUT', '/api/v2/backfills/none/pause')).json.code).toBe('backfill_not_found')
  for (const wrong of [{ ...body, from_date: '2025-01-01T00:00:00Z' }, { ...body, max_active_runs: 0 }, { ...body, reprocess_behavior: 'all' }, {}])
    expect((await call('POST', '/api/v2/backfills', wrong)).status).toBe(400)
})

test('pools: made, changed, deleted, with what is in them', async () => {
  expect((await get('/api/v2/pools')).json).toMatchObject({
    total_entries: 1,
    pools: [{ name: 'default_pool', slots: 128, running_slots: 2, queued_slots: 1 }],
  })
  const made = await call('POST', '/api/v2/pools', { name: 'db', slots: 3, description: 'the warehouse', include_deferred: true })
  expect(made).toMatchObject({ status: 201, json: { name: 'db', slots: 3, open_slots: 3, include_deferred: true, description: 'the warehouse' } })
  expect((await call('POST', '/api/v2/pools', { name: 'db', slots: 1 })).status).toBe(409)
  expect((await call('PATCH', '/api/v2/pools/db', { slots: -1 })).json).toMatchObject({ slots: -1, open_slots: -1, description: 'the warehouse' })
  expect((await call('PATCH', '/api/v2/pools/db?update_mask=slots', { slots: 5, description: 'no' })).json).toMatchObject({
    slots: 5,
    description: 'the warehouse',
  })
  expect((await get('/api/v2/pools?pool_name_pattern=d_')).json).toMatchObject({ total_entries: 1, pools: [{ name: 'db' }] })
  expect(await call('DELETE', '/api/v2/pools/db')).toMatchObject({ status: 204, text: '' })
  expect((await get('/api/v2/pools/db')).json.code).toBe('pool_not_found')
  expect((await call('DELETE', '/api/v2/pools/default_pool')).status).toBe(400)
  for (const body of [{ name: 'x' }, { name: 'a/b', slots: 1 }, { name: 'x', slots: 1.5 }, { name: 'x', slots: '3' }, { name: 'x', slots: -2 }])
    expect([body, (await call('POST', '/api/v2/pools', body)).status]).toEqual([body, 400])
})

test('what changed between two versions', async () => {
  const { json } = await get(`/ui/dags/${dagId}/versions/diff?from=v1&to=2`)
  expect(json).toMatchObject({
    from: { id: 'v1', version_number: 1 },
    to: { id: 'v2', version_number: 2 },
    tasks_added: ['d'],
    tasks_removed: ['c'],
    tasks_changed: [],
    edges_added: [{ source: 'b', target: 'd' }],
    edges_removed: [{ source: 'b', target: 'c' }],
    code_changed: true,
    source_from: '// v1',
    source_to: '// v2',
  })
  expect(json.fields).toContainEqual({ field: 'maxActiveTasks', before: 16, after: 4 })
  expect((await get(`/ui/dags/${dagId}/versions/diff`)).json.from.id).toBe('v1')
  expect((await get(`/ui/dags/${dagId}/versions/diff?to=1`)).status).toBe(400)
  expect((await get(`/ui/dags/${dagId}/versions/diff?to=9`)).status).toBe(404)
})

test('dead letters, newest first, and the word to open pages that there are some', async () => {
  const letter = (offset: number, value: Buffer | null, key: string | null) => ({
    topic: stack.platform.topic('dead-letters'),
    partition: 0,
    key: 'dataset-events',
    value: stack.platform.codec.encode('DeadLetter', {
      ...{ topic: 'dataset-events', partition: 1, offset, by: 'scheduler', code: 'bad_record', reason: 'it has no uri', at: t0 + offset, key, value },
    }),
  })
  const live = await readEventStream(`${stack.url}/ui/live`)
  await stack.platform.bus.send([
    letter(1, Buffer.from('{"a": "ø"}'), 'k'),
    letter(2, Buffer.from([0xff, 0x00, 0x01]), null),
    letter(3, Buffer.alloc(70_000, 'ø'), null),
  ])
  await live.until('the word', (seen) => seen.some(({ event, data }) => event === 'monitor' && data.part === 'dead_letters'))
  live.close()
  await until('all three', async () => (await get('/ui/deadLetters?topic=dataset-events')).json.total_entries === 3)
  const { dead_letters } = (await get('/ui/deadLetters')).json
  expect(dead_letters.map((one: { offset: number; value_encoding: string; value_bytes: number }) => [one.offset, one.value_encoding, one.value_bytes])).toEqual(
    [
      [3, 'text', 70_000],
      [2, 'base64', 3],
      [1, 'text', 10 + 1],
    ],
  )
  expect(dead_letters[0].value).toBe('ø'.repeat(32_768))
  expect(dead_letters[1].value).toBe('/wAB')
  expect((await get('/ui/deadLetters?key=k')).json).toMatchObject({
    total_entries: 1,
    dead_letters: [{ topic: 'dataset-events', partition: 1, by: 'scheduler', code: 'bad_record', reason: 'it has no uri', key: 'k', value: '{"a": "ø"}' }],
  })
  expect((await get('/ui/deadLetters?topic=commands')).json).toEqual({ dead_letters: [], total_entries: 0 })
})

test('runs by the hour', async () => {
  const { groups, total_entries } = (await get(`/ui/dags/${dagId}/runGroups`)).json
  expect(groups).toHaveLength(total_entries)
  const sum = (of: 'total' | 'queued' | 'running' | 'success' | 'failed') =>
    groups.reduce((all: number, group: Record<string, number>) => all + (group[of] ?? 0), 0)
  const runs = (await get(`/api/v2/dags/${dagId}/dagRuns?limit=1000`)).json
  expect(sum('total')).toBe(runs.total_entries)
  expect(sum('queued') + sum('running') + sum('success') + sum('failed')).toBe(runs.total_entries)
  for (const { from, to, total } of groups) {
    expect(Date.parse(to) - Date.parse(from)).toBe(3_600_000)
    expect((await get(`/api/v2/dags/${dagId}/dagRuns?run_after_gte=${from}&run_after_lt=${to}`)).json.total_entries).toBe(total)
  }
  expect((await get(`/ui/dags/${dagId}/runGroups?run_type=dataset_triggered`)).json).toEqual({ groups: [], total_entries: 0 })
  expect((await get('/ui/dags/none/runGroups')).status).toBe(404)
})
