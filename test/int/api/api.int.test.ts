import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command, LogChunk } from '../../../schemas/generated/records.ts'
import { openFrontDoor } from '../../../services/api/front-door.ts'
import { type ApiStack, openApiStack } from '../../support/api-stack.ts'
import { chainDefinition, dagAdopted, runCreated, runState, t0, taskState } from '../../support/journal-events.ts'
import { claimColumnOf, type JournalWriter } from '../../support/journal-writer.ts'
import { readEventStream, type SeenEvent } from '../../support/read-event-stream.ts'
import { publishVersion } from '../../support/send.ts'
import { until } from '../../support/until.ts'

let stack: ApiStack
let writer: JournalWriter

const dagId = 'etl.users'
let dagN = 1

/** Decides as a scheduler would, for the commands that the tests send. */
const answer = async (command: Command): Promise<void> => {
  const at = Date.now()
  const answered = { type: 'CommandAnswered' as const, dagId, commandId: command.id, at, code: null, message: null, runId: null, accepted: true, result: null }
  if (command.note === 'say nothing') return
  if (command.kind === 'set_paused') {
    dagN += 2
    await writer.decide({ type: 'DagPauseChanged', dagId, n: dagN - 1, at, paused: command.paused ?? true, reason: 'api' }, { ...answered, n: dagN })
  } else if (command.runId === 'taken') {
    await writer.decide({
      ...answered,
      n: ++dagN,
      accepted: false,
      code: 'run_conflict',
      message: `DAG ${dagId} has a run taken already: choose another run id`,
    })
  } else {
    const runId = command.runId ?? `manual__${at}`
    await writer.decide(
      runCreated({ dagId, runId, at, logicalDate: command.logicalDate, runAfter: at, conf: command.conf ?? '{}', note: command.note, triggeredBy: 'api' }),
      { ...answered, n: ++dagN, runId },
    )
  }
}

const get = (path: string) => stack.get(path)
const call = (method: string, path: string, body: unknown) => stack.call(method, path, body)

beforeAll(async () => {
  const door = await openFrontDoor({ host: '127.0.0.1', port: 0 })
  const starting = await fetch(`${door.url}/api/v2/dags`)
  expect([starting.status, starting.headers.get('retry-after'), ((await starting.json()) as { code: string }).code]).toEqual([503, '1', 'starting'])
  expect(await (await fetch(door.url)).text()).toContain('Millrace is starting')
  await expect(openFrontDoor({ host: '127.0.0.1', port: door.port })).rejects.toMatchObject({ code: 'port_taken', message: expect.stringContaining('--port') })
  await door.close()

  stack = await openApiStack()
  const { platform } = stack
  const definition = chainDefinition(dagId, ['extract', 'load.users', 'load.report'], {
    schedule: { kind: 'cron', crons: ['0 9 * * *'], dataIntervals: true },
    scheduleText: '0 9 * * *',
    startDate: t0,
    tags: ['etl'],
    groups: [{ groupId: 'load' }],
  })
  await publishVersion(platform, { dagId, version: 'v1', definition, bundle: 'b'.repeat(64), fileloc: 'etl.ts', source: 'export default 1', publishedAt: t0 })
  writer = await claimColumnOf(platform, dagId)
  await writer.decide(dagAdopted({ dagId, n: 1, definition }))
  await stack.onCommand(answer)
  await until('the DAG is shown, adopted', async () => (await get(`/api/v2/dags/${dagId}/details`)).json.event_number === 1)
})

afterAll(async () => {
  await stack?.close()
  expect(stack?.failures).toEqual([])
})

test('DAGs: list, filters, details, source, versions, tasks, structure', async () => {
  const { json } = await get('/api/v2/dags?tags=etl&paused=true&dag_id_pattern=user&order_by=-dag_id')
  expect(json).toMatchObject({
    total_entries: 1,
    dags: [{ dag_id: dagId, is_paused: true, is_stale: false, timetable_summary: '0 9 * * *', tags: [{ name: 'etl', dag_id: dagId }], fileloc: 'etl.ts' }],
  })
  expect((await get('/api/v2/dags?paused=false')).json.total_entries).toBe(0)
  expect((await get(`/api/v2/dags/${dagId}/details`)).json).toMatchObject({
    task_count: 3,
    start_date: new Date(t0).toISOString(),
    latest_dag_version: { id: 'v1', version_number: 1 },
    event_number: 1,
  })
  expect((await get(`/api/v2/dagSources/${dagId}`)).json).toEqual({ content: 'export default 1', dag_id: dagId, dag_display_name: dagId, version_number: 1 })
  expect((await get(`/api/v2/dags/${dagId}/dagVersions`)).json).toMatchObject({ total_entries: 1, dag_versions: [{ id: 'v1', bundle_name: 'parser' }] })
  expect(
    (await get(`/api/v2/dags/${dagId}/tasks`)).json.tasks.map((task: { task_id: string; downstream_task_ids: string[] }) => [
      task.task_id,
      task.downstream_task_ids,
    ]),
  ).toEqual([
    ['extract', ['load.users']],
    ['load.users', ['load.report']],
    ['load.report', []],
  ])
  expect((await get(`/ui/dags/${dagId}/structure`)).json).toMatchObject({
    version: 'v1',
    nodes: [{ id: 'extract', group: null }, { id: 'load.users', label: 'users', group: 'load' }, { label: 'report' }],
    edges: [
      { source: 'extract', target: 'load.users' },
      { source: 'load.users', target: 'load.report' },
    ],
    groups: [{ id: 'load', label: 'load', parent: null }],
  })
})

test('pausing and triggering answer when it is decided, and the next GET shows it', async () => {
  const patched = await call('PATCH', `/api/v2/dags/${dagId}?update_mask=is_paused`, { is_paused: false })
  expect([patched.status, patched.json.is_paused]).toEqual([200, false])
  expect((await get(`/api/v2/dags/${dagId}`)).json.is_paused).toBe(false)
  const made = await call('POST', `/api/v2/dags/${dagId}/dagRuns`, { dag_run_id: 'mine', logical_date: '2024-03-02T00:00:00Z', conf: { n: 1 }, note: 'hello' })
  expect(made.json).toMatchObject({
    dag_run_id: 'mine',
    state: 'queued',
    run_type: 'manual',
    logical_date: '2024-03-02T00:00:00.000Z',
    conf: { n: 1 },
    note: 'hello',
    dag_versions: [{ id: 'v1' }],
  })
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/mine`)).json).toEqual(made.json)
  expect((await get('/api/v2/dags/~/dagRuns?state=queued&state=running')).json).toMatchObject({ total_entries: 1, dag_runs: [{ dag_run_id: 'mine' }] })
  const instances = (await get(`/api/v2/dags/${dagId}/dagRuns/mine/taskInstances`)).json
  expect(instances.task_instances.map((one: { task_id: string; state: unknown; try_number: number }) => [one.task_id, one.state, one.try_number])).toEqual([
    ['extract', null, 0],
    ['load.users', null, 0],
    ['load.report', null, 0],
  ])
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/mine/taskInstances?state=none&limit=1`)).json).toMatchObject({
    total_entries: 3,
    task_instances: [{ task_id: 'extract' }],
  })
  const taken = await call('POST', `/api/v2/dags/${dagId}/dagRuns`, { dag_run_id: 'taken' })
  expect([taken.status, taken.json]).toEqual([409, { code: 'run_conflict', detail: `DAG ${dagId} has a run taken already: choose another run id` }])
})

test('ids that are not there answer 404 with a sentence', async () => {
  for (const path of [
    '/api/v2/dags/none',
    '/api/v2/dags/none/details',
    '/api/v2/dags/none/dagRuns',
    '/api/v2/dagSources/none',
    `/api/v2/dags/${dagId}/dagRuns/none`,
    `/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/none`,
    `/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/none/logs/1`,
    `/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/..%2F..%2F..%2Fetc%2Fpasswd/logs/1`,
    `/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/extract/xcomEntries/none`,
    '/ui/dags/none/grid',
    '/ui/dags/none/structure',
    `/ui/logs/${dagId}/mine/none/1/stream`,
    '/api/v2/importErrors/7',
    `/api/v2/dags/${dagId}/dagVersions/9`,
    `/api/v2/dags/${dagId}/tasks/none`,
    '/api/v2/dags/__proto__',
    '/api/v2/dags/constructor/tasks',
    "/api/v2/dags/'; DROP TABLE x",
  ]) {
    const { status, json } = await get(path)
    expect([path, status, typeof json?.code, json?.detail]).toEqual([path, 404, 'string', expect.stringMatching(/^[A-Z].*\.$/s)])
  }
  expect((await call('POST', '/api/v2/dags/none/dagRuns', {})).status).toBe(404)
  expect((await call('POST', `/api/v2/dags/${dagId}/dagRuns`, { data_interval_start: '2024-01-01T00:00:00Z' })).status).toBe(400)
})

test('live: each event comes when a GET shows it; a reconnect gets what it missed', async () => {
  const live = await readEventStream(`${stack.url}/ui/live?dag_id=${dagId}`)
  const shown: unknown[] = []
  const at = Date.now()
  live.onEvent((event) => {
    if (event.event === 'task' && event.data.state === 'running')
      shown.push(get(`/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/extract`).then(({ json }) => json.event_number))
  })
  await writer.decide(
    runState({ dagId, runId: 'mine', n: 2, state: 'running', at }),
    taskState({ dagId, runId: 'mine', taskId: 'extract', n: 3, state: 'queued', at }),
    taskState({ dagId, runId: 'mine', taskId: 'extract', n: 4, state: 'running', worker: 'w', hostname: 'h', at: at + 5 }),
  )
  await live.until('running', (seen) => seen.some((one) => one.event === 'task' && one.data.state === 'running') && seen.some((one) => one.event === 'run'))
  for (const n of await Promise.all(shown)) expect(n).toBeGreaterThanOrEqual(4)
  const last = live.seen.filter((one) => one.id !== undefined).at(-1) as SeenEvent
  live.close()
  await writer.decide(
    taskState({ dagId, runId: 'mine', taskId: 'extract', n: 5, state: 'success', at: at + 9, xcoms: [{ key: 'return_value', value: '[1]' }] }),
    taskState({ dagId, runId: 'mine', taskId: 'load.users', n: 6, state: 'skipped', tryNumber: 0, at: at + 9 }),
    runState({ dagId, runId: 'mine', n: 7, state: 'success', at: at + 9 }),
  )
  await until('the end is shown', async () => (await get(`/api/v2/dags/${dagId}/dagRuns/mine`)).json.state === 'success')
  const resumed = await readEventStream(`${stack.url}/ui/live?dag_id=${dagId}`, { 'last-event-id': last.id ?? '' })
  await resumed.until('what was missed', (seen) => seen.filter((one) => one.event === 'task').length >= 2 && seen.some((one) => one.event === 'run'))
  expect(resumed.seen.find((one) => one.event === 'task')?.data).toMatchObject({
    dag_run_id: 'mine',
    task_id: 'extract',
    state: 'success',
    event_number: 5,
    try_number: 1,
    start_date: new Date(at + 5).toISOString(),
    end_date: new Date(at + 9).toISOString(),
  })
  expect(resumed.seen.some((one) => one.event === 'reset')).toBe(false)
  resumed.close()
  const lost = await readEventStream(`${stack.url}/ui/live`, { 'last-event-id': 'otherboot-3' })
  await lost.until('reset', (seen) => seen.some((one) => one.event === 'reset'))
  lost.close()
})

test('the grid and the rows show runs by tasks', async () => {
  const { json } = await get(`/ui/dags/${dagId}/grid?limit=5`)
  expect(json).toMatchObject({
    task_ids: ['extract', 'load.users', 'load.report'],
    total_runs: 1,
    runs: [{ dag_run_id: 'mine', state: 'success', states: ['success', 'skipped', null], try_numbers: [1, 0, 0], event_numbers: [5, 6, 0], mapped: {} }],
  })
  expect((await get('/ui/dags')).json).toMatchObject({
    total_entries: 1,
    rows: [{ dag: { dag_id: dagId, is_paused: false }, latest_dag_runs: [{ dag_run_id: 'mine', state: 'success', event_number: 7 }] }],
  })
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/extract/tries`)).json).toMatchObject({
    total_entries: 1,
    task_instances: [{ try_number: 1, state: 'success', worker: 'w' }],
  })
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/extract/xcomEntries`)).json).toMatchObject({
    total_entries: 1,
    xcom_entries: [{ key: 'return_value' }],
  })
  expect((await get(`/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/extract/xcomEntries/return_value`)).json.value).toEqual([1])
})

test('a log is read whole, in part, as text, and followed while it is written', async () => {
  const { platform } = stack
  const write = (seq: number, texts: readonly string[], last = false) => {
    const value: LogChunk = {
      dagId,
      runId: 'mine',
      taskId: 'load.report',
      mapIndex: -1,
      tryNumber: 1,
      token: 't',
      logicalDate: Date.parse('2024-03-02T00:00:00Z'),
      seq,
      last,
      lines: texts.map((text) => ({ at: t0, stream: 'err', level: 'warning', text })),
    }
    return platform.bus.send([{ topic: platform.topic('task-logs'), partition: 0, key: 'k', value: platform.codec.encode('LogChunk', value) }])
  }
  await writer.decide(taskState({ dagId, runId: 'mine', taskId: 'load.report', n: 8, state: 'running' }))
  await until('it runs', async () => (await get(`/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/load.report`)).json.state === 'running')
  const path = `/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/load.report/logs/1`
  expect((await get(path)).json).toEqual({ content: [], continuation_token: '0' })
  const tail = await readEventStream(`${stack.url}/ui/logs/${dagId}/mine/load.report/1/stream?from=1`)
  await write(0, ['zero', 'one ü'])
  await tail.until('one', (seen) => seen.some((one) => one.event === 'lines'))
  await write(2, ['two'], true)
  await writer.decide(taskState({ dagId, runId: 'mine', taskId: 'load.report', n: 9, state: 'failed' }))
  await tail.until('the end', (seen) => seen.at(-1)?.event === 'end')
  expect(
    tail.seen
      .flatMap((one) => (one.event === 'lines' ? one.data.lines : []))
      .map((line: { line: number; event: string; level: string }) => [line.line, line.event, line.level]),
  ).toEqual([
    [1, 'one ü', 'warning'],
    [2, 'two', 'warning'],
  ])
  const { json } = await get(`${path}?token=2`)
  expect(json).toEqual({
    content: [{ timestamp: new Date(t0).toISOString(), event: 'two', level: 'warning', stream: 'err', line: 2 }],
    continuation_token: null,
  })
  const text = await stack.call('GET', path, undefined, { accept: 'text/plain' })
  expect([text.headers.get('content-type'), text.text.split('\n')[1]]).toEqual([
    'text/plain; charset=utf-8',
    '[2024-03-01T00:00:00.000Z] {err} WARNING - one ü',
  ])
})

test('a deferred task says what it waits for, and triggerers are told beside workers', async () => {
  const { platform } = stack
  const at = Date.now()
  const runId = 'waits'
  const args = { endpoint: 'https://ann:pw@host/ready', headers: { authorization: 'Bearer x' } }
  const trigger = JSON.stringify({ kind: 'http', name: null, args, needsCode: false, onTimeout: 'fail', method: 'on', state: { step: 2 } })
  await writer.decide(
    runCreated({ dagId, runId, at, logicalDate: t0 + 5 }),
    runState({ dagId, runId, n: 2, at, state: 'running' }),
    taskState({ dagId, runId, taskId: 'extract', n: 3, at, state: 'running' }),
    taskState({ dagId, runId, taskId: 'extract', n: 4, at: at + 1, state: 'deferred', token: 't', trigger, dueAt: at + 3_600_000 }),
  )
  const path = `/api/v2/dags/${dagId}/dagRuns/${runId}/taskInstances`
  await until('it is deferred', async () => (await get(`${path}/extract`)).json.state === 'deferred')
  const kwargs = JSON.stringify({ endpoint: 'https://ann:***@host/ready', headers: { authorization: '***' } })
  const shown = { classpath: 'http', kwargs, created_date: new Date(at + 1).toISOString(), triggerer_id: null }
  const { json } = await get(`${path}/extract`)
  expect([json.trigger, json.due_date, json.wait_reasons[0].kind]).toEqual([shown, new Date(at + 3_600_000).toISOString(), 'trigger'])
  expect((await get(`${path}?state=deferred`)).json.task_instances[0].trigger).toEqual(shown)
  await writer.decide(taskState({ dagId, runId, taskId: 'extract', n: 5, state: 'scheduled', resume: '{}' }))
  await until('it goes on', async () => (await get(`${path}/extract`)).json.state === 'scheduled')
  expect((await get(`${path}/extract`)).json.trigger).toBeNull()

  const about = { kind: 'triggerer', hostname: 'h', pid: 7, release: '1', queues: [], slots: 10_000, draining: false, startedAt: at }
  const body = { type: 'WorkerBeat' as const, ...about, attempts: [], base: null, gone: [], more: false, live: 312 }
  const value = platform.codec.encode('Heartbeat', { incarnation: 'h:7:a', counter: 1, epoch: 0, n: 0, at, body })
  await platform.bus.send([{ topic: platform.topic('heartbeats'), partition: 0, key: 'h:7:a', value }])
  await until('it beats', async () => (await get('/ui/workers')).json.triggerers.length === 1)
  expect((await get('/ui/workers')).json).toMatchObject({
    ...{ workers: [], total_entries: 0 },
    triggerers: [{ incarnation: 'h:7:a', kind: 'triggerer', state: 'alive', slots: 10_000, running: 312 }],
  })
  expect((await get('/api/v2/monitor/health')).json).toMatchObject({
    triggerer: { status: 'healthy', latest_triggerer_heartbeat: new Date(at).toISOString(), alive: 1, slots: 10_000, running: 312 },
    workers: { alive: 0, slots: 0, running: 0 },
  })
})

test('import errors and health', async () => {
  const { platform } = stack
  const live = await readEventStream(`${stack.url}/ui/live?dag_id=other`)
  const publish = (value: Buffer | null) => platform.bus.send([{ topic: platform.topic('dags'), partition: 0, key: 'file:bad.ts', value }])
  await publish(
    platform.codec.encode('ImportError', { fileloc: 'bad.ts', at: t0, line: 3, column: 7, message: 'Unexpected }', stack: '  3 | }', publishedBy: 'parser' }),
  )
  await live.until('import_error', (seen) => seen.some((one) => one.event === 'import_error'))
  const { json } = await get('/api/v2/importErrors')
  expect(json).toMatchObject({
    total_entries: 1,
    import_errors: [{ filename: 'bad.ts', line: 3, column: 7, stack_trace: 'bad.ts:3:7: Unexpected }\n  3 | }' }],
  })
  expect((await get(`/api/v2/importErrors/${json.import_errors[0].import_error_id}`)).status).toBe(200)
  await publish(null)
  await live.until('mended', (seen) => seen.some((one) => one.event === 'import_error' && one.data.mended))
  expect((await get('/api/v2/importErrors')).json.total_entries).toBe(0)
  live.close()
  expect((await get('/api/v2/monitor/health')).json).toMatchObject({ metadatabase: { status: 'healthy' }, projection: { status: 'healthy', lag_seconds: 0 } })
  expect((await get('/health')).json.status).toBe('ok')
  expect((await get('/api/v2/version')).json.version).toMatch(/^\d+\.\d+/)
})

test('a scheduler that does not answer, a database that is away and comes back', async () => {
  const unanswered = call('POST', `/api/v2/dags/${dagId}/dagRuns`, { note: 'say nothing' })
  const admin = new pg.Client({ connectionString: stack.databaseUrl })
  await admin.connect()
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
  await admin.end()
  await writer.decide(taskState({ dagId, runId: 'mine', taskId: 'load.users', n: 10, state: 'queued' }))
  await until('it is shown after all', async () => (await get(`/api/v2/dags/${dagId}/dagRuns/mine/taskInstances/load.users`)).json?.state === 'queued')
  const { status, json } = await unanswered
  expect([status, json.code]).toEqual([504, 'no_answer'])
  expect(json.detail).toContain('scheduler')
})
