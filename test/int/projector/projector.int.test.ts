import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LogChunk } from '../../../schemas/generated/records.ts'
import { columnOf } from '../../../services/core/column.ts'
import { datasetEventRecord } from '../../../services/platform/bus/dataset-event-record.ts'
import type { Incoming } from '../../../services/platform/bus/port.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { startProjector } from '../../../services/projector/service.ts'
import { projectedTopics } from '../../../services/projector/tables/projected-topics.ts'
import { type Collector, collectRecords } from '../../support/collect.ts'
import { datasetEvent } from '../../support/dataset-scheduler-cases.ts'
import { chainDefinition, dagAdopted, runCreated, runState, t0, taskState } from '../../support/journal-events.ts'
import { claimColumnOf } from '../../support/journal-writer.ts'
import { openServiceStack, type ServiceStack } from '../../support/service-stack.ts'
import { until } from '../../support/until.ts'

let stack: ServiceStack
let db: pg.Client
let feeds: Collector<Incoming>
let projector: Service
const failures: Error[] = []

const start = (): Promise<Service> =>
  startProjector(stack.platform, { databaseUrl: stack.databaseUrl, logsDir: stack.logsDir, keepDatasetEvents: 20 }, (error) => failures.push(error))

const rows = async (text: string): Promise<Record<string, unknown>[]> => (await db.query(text)).rows

const publishDag = (dagId: string, definition: string, version = 'v1') =>
  stack.platform.bus.send(
    [dagId, `${dagId}@${version}`].map((key) => ({
      topic: stack.platform.topic('dags'),
      partition: 0,
      key,
      value: stack.platform.codec.encode('DagVersion', {
        dagId,
        version,
        definition,
        bundle: null,
        fileloc: 'a.ts',
        source: 'code',
        publishedBy: 'test',
        publishedAt: t0,
      }),
    })),
  )

beforeAll(async () => {
  stack = await openServiceStack()
  db = new pg.Client({ connectionString: stack.databaseUrl })
  await db.connect()
  feeds = collectRecords()
  const { platform } = stack
  await platform.bus.subscribe({
    topics: [platform.topic('task-events'), platform.topic('run-events')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => feeds.note(...records),
    onFailed: (error) => failures.push(error),
    pace: 'fast',
  })
  projector = await start()
})

afterAll(async () => {
  await projector?.stop()
  await db?.end()
  await stack?.close()
  expect(failures).toEqual([])
})

const ofDag = (dagId: string) => (record: Incoming) => record.key?.split('/')[0] === dagId

test('a run from the journal to the feeds and the tables', async () => {
  const { codec } = stack.platform
  const dagId = 'alpha'
  await publishDag(dagId, chainDefinition(dagId, ['a', 'b'], { owner: 'data', tags: ['x', 'y'] }))
  const writer = await claimColumnOf(stack.platform, dagId)
  await writer.decide(dagAdopted({ dagId, n: 1, definition: chainDefinition(dagId, ['a', 'b']) }), {
    type: 'DagPauseChanged',
    dagId,
    n: 2,
    at: t0,
    paused: false,
    reason: 'tester',
  })
  await writer.decide(runCreated({ dagId, runId: 'r1' }), {
    type: 'CommandAnswered',
    dagId,
    commandId: 'c1',
    n: 3,
    at: t0,
    accepted: true,
    code: null,
    message: null,
    runId: 'r1',
    result: null,
  })
  await writer.decide(
    runState({ dagId, runId: 'r1', n: 2, state: 'running' }),
    taskState({ dagId, runId: 'r1', taskId: 'a', n: 3, state: 'scheduled', tryNumber: 0 }),
    taskState({ dagId, runId: 'r1', taskId: 'a', n: 4, state: 'queued', token: 't' }),
  )
  await writer.decide(taskState({ dagId, runId: 'r1', taskId: 'a', n: 5, state: 'running', worker: 'w1', hostname: 'h', pid: 7, rendered: '{"command":"x"}' }))
  await writer.decide(
    taskState({ dagId, runId: 'r1', taskId: 'a', n: 6, state: 'success', xcoms: [{ key: 'return_value', value: '{"rows":3,"nul":"\\u0000"}' }] }),
    taskState({ dagId, runId: 'r1', taskId: 'b', n: 7, state: 'skipped', tryNumber: 0, reason: 'with a NUL \u0000 in it' }),
    runState({ dagId, runId: 'r1', n: 8, state: 'success' }),
  )
  await feeds.until('the whole run', (seen) => seen.filter(ofDag(dagId)).length >= 11)
  const column = columnOf(dagId, stack.platform.columns)
  expect(feeds.seen.filter(ofDag(dagId)).every((record) => record.partition === column && /^\d+$/.test(record.headers.journal ?? ''))).toBe(true)
  const events = feeds.seen.filter((record) => record.key === 'alpha/r1/a/-1').map((record) => codec.decode('TaskEvent', record.value as Buffer))
  expect(events.map((event) => [event.n, event.state, event.operator, event.queue, event.logicalDate])).toEqual(
    [
      [3, 'scheduled'],
      [4, 'queued'],
      [5, 'running'],
      [6, 'success'],
    ].map((pair) => [...pair, 'function', 'default', t0]),
  )
  const runs = feeds.seen.filter((record) => record.key === 'alpha/r1').map((record) => codec.decode('RunEvent', record.value as Buffer))
  expect(runs.at(-1)).toMatchObject({
    kind: 'run',
    n: 8,
    state: 'success',
    queuedAt: t0,
    startedAt: t0 + 2000,
    endedAt: t0 + 8000,
    conf: '{"a":1}',
    version: 'v1',
    runType: 'manual',
  })
  expect(feeds.seen.filter((record) => record.key === 'alpha').map((record) => codec.decode('RunEvent', record.value as Buffer).kind)).toEqual([
    'dag',
    'dag',
    'answer',
  ])

  await until('the run is shown', async () => (await rows(`SELECT 1 FROM projection.dag_run WHERE run_id = 'r1' AND state = 'success'`)).length === 1)
  await until(
    'the tasks are shown',
    async () => (await rows(`SELECT 1 FROM projection.task_instance WHERE run_id = 'r1' AND state IN ('success', 'skipped')`)).length === 2,
  )
  expect(await rows(`SELECT paused, stale, tags, task_count, n FROM projection.dag_list WHERE dag_id = 'alpha'`)).toEqual([
    { paused: false, stale: false, tags: ['x', 'y'], task_count: 2, n: '2' },
  ])
  const [a, b] = await rows(`SELECT * FROM projection.instance WHERE run_id = 'r1' ORDER BY position`)
  expect(a).toMatchObject({
    task_id: 'a',
    state: 'success',
    try_number: 1,
    worker: 'w1',
    hostname: 'h',
    pid: 7,
    rendered: '{"command":"x"}',
    started_at: new Date(t0 + 5000),
    ended_at: new Date(t0 + 6000),
    queued_at: new Date(t0 + 4000),
    operator: 'function',
  })
  expect(b).toMatchObject({ task_id: 'b', state: 'skipped', try_number: 0, reason: 'with a NUL \ufffd in it' })
  expect(await rows(`SELECT try_number, state FROM projection.task_try WHERE run_id = 'r1'`)).toEqual([{ try_number: 1, state: 'success' }])
  expect(await rows(`SELECT key, value FROM projection.xcom WHERE run_id = 'r1'`)).toEqual([{ key: 'return_value', value: '{"rows":3,"nul":"\\u0000"}' }])
})

test('a former owner and records that are there twice change nothing; a retry keeps its tries and clears its XComs', async () => {
  const dagId = 'beta'
  await publishDag(dagId, chainDefinition(dagId, ['a']))
  const zombie = await claimColumnOf(stack.platform, dagId)
  await zombie.decide(dagAdopted({ dagId, n: 1, definition: chainDefinition(dagId, ['a']) }), runCreated({ dagId, runId: 'r' }))
  const owner = await claimColumnOf(stack.platform, dagId)
  const failed = owner.records(
    taskState({ dagId, runId: 'r', taskId: 'a', n: 2, state: 'queued' }),
    taskState({ dagId, runId: 'r', taskId: 'a', n: 3, state: 'running' }),
    taskState({ dagId, runId: 'r', taskId: 'a', n: 4, state: 'up_for_retry', error: { type: 'Error', message: 'no', stack: null }, dueAt: t0 + 60_000 }),
  )
  await stack.platform.bus.send(failed)
  await stack.platform.bus.send(failed)
  await zombie.decide(
    taskState({ dagId, runId: 'r', taskId: 'a', n: 2, state: 'failed', reason: 'zombie' }),
    runState({ dagId, runId: 'r', n: 9, state: 'failed' }),
  )
  await owner.decide(
    taskState({ dagId, runId: 'r', taskId: 'a', n: 5, state: 'queued', tryNumber: 2 }),
    taskState({ dagId, runId: 'r', taskId: 'a', n: 6, state: 'running', tryNumber: 2 }),
    taskState({ dagId, runId: 'r', taskId: 'a', n: 7, state: 'success', tryNumber: 2 }),
  )
  await until('the second try is shown', async () => (await rows(`SELECT 1 FROM projection.task_instance WHERE dag_id = 'beta' AND n = 7`)).length === 1)
  expect(await rows(`SELECT try_number, state, error, started_at FROM projection.task_try WHERE dag_id = 'beta' ORDER BY 1`)).toEqual([
    { try_number: 1, state: 'up_for_retry', error: '{"type":"Error","message":"no","stack":null}', started_at: new Date(t0 + 3000) },
    { try_number: 2, state: 'success', error: null, started_at: new Date(t0 + 6000) },
  ])
  expect(await rows(`SELECT state, n FROM projection.dag_run WHERE dag_id = 'beta'`)).toEqual([{ state: 'queued', n: '1' }])
  expect(feeds.seen.filter((record) => record.key === 'beta/r/a/-1')).toHaveLength(6)
})

test('a stopped projector goes on where it was; a record that is no good goes to dead-letters and stops nobody', async () => {
  const dagId = 'gamma'
  const definition = chainDefinition(dagId, ['a'])
  await publishDag(dagId, definition)
  const writer = await claimColumnOf(stack.platform, dagId)
  await writer.decide(dagAdopted({ dagId, n: 1, definition }), runCreated({ dagId, runId: 'r' }))
  await feeds.until('its beginning', (seen) => seen.filter(ofDag(dagId)).length >= 2)
  await projector.stop()
  await writer.decide(taskState({ dagId, runId: 'r', taskId: 'a', n: 2, state: 'queued' }))
  const { platform } = stack
  const bad = { topic: platform.topic('task-events'), partition: columnOf(dagId, platform.columns), key: 'gamma/r/a/-1', value: Buffer.from('no avro') }
  const wrongDag = {
    topic: platform.topic('dags'),
    partition: 0,
    key: 'delta',
    value: platform.codec.encode('DagVersion', {
      dagId: 'delta',
      version: 'v',
      definition: '{"dagId":"delta","tasks":7}',
      bundle: null,
      fileloc: null,
      source: null,
      publishedBy: 'x',
      publishedAt: t0,
    }),
  }
  await platform.bus.send([bad, wrongDag])
  projector = await start()
  await writer.decide(runState({ dagId, runId: 'r', n: 3, state: 'failed', reason: 'test' }))
  await until('the end is shown', async () => (await rows(`SELECT 1 FROM projection.dag_run WHERE dag_id = 'gamma' AND state = 'failed'`)).length === 1)
  await until('the task is shown', async () => (await rows(`SELECT 1 FROM projection.task_instance WHERE dag_id = 'gamma' AND state = 'queued'`)).length === 1)
  await until('both letters are shown', async () => (await rows('SELECT 1 FROM projection.dead_letter')).length === 2)
  expect(await rows('SELECT source_topic, code FROM projection.dead_letter ORDER BY source_topic')).toEqual([
    { source_topic: platform.topic('dags'), code: 'bad_dag' },
    { source_topic: platform.topic('task-events'), code: 'undecodable' },
  ])
  // only what stood at the resume point comes again: no feed ever goes back
  for (const place of new Set(feeds.seen.map((record) => `${record.topic}/${record.partition}`))) {
    const offsets = feeds.seen
      .filter((record) => `${record.topic}/${record.partition}` === place && record.headers.journal)
      .map((record) => Number(record.headers.journal))
    expect(offsets).toEqual([...offsets].sort((x, y) => x - y))
  }
  expect(await rows(`SELECT count(*)::int AS n FROM projection.dag WHERE dag_id = 'delta'`)).toEqual([{ n: 0 }])
})

test('the tables built again from the feeds are the same', async () => {
  const dump = async () => {
    const tables = ['dag', 'dag_state', 'dag_run', 'task_instance', 'task_try', 'xcom', 'dag_version_task', 'position', 'dead_letter']
    const dumped: (readonly [string, readonly string[]])[] = []
    for (const table of tables)
      dumped.push([table, (await rows(`SELECT to_jsonb(t) AS row FROM projection.${table} t`)).map(({ row }) => JSON.stringify(row)).sort()])
    return dumped
  }
  const before = await dump()
  await projector.stop()
  await db.query(
    `TRUNCATE ${['dag', 'dag_version', 'dag_version_task', 'dag_state', 'dag_run', 'task_instance', 'task_try', 'xcom', 'dead_letter', 'position'].map((table) => `projection.${table}`).join(', ')}`,
  )
  projector = await start()
  const { bus, topic } = stack.platform
  await until('all is read', async () => {
    const stored = new Map(
      (await rows('SELECT topic, partition, next_offset FROM projection.position')).map((row) => [`${row.topic}/${row.partition}`, Number(row.next_offset)]),
    )
    for (const name of projectedTopics)
      for (const { partition, high } of (await bus.offsets(topic(name))).partitions) if (stored.get(`${name}/${partition}`) !== high) return false
    return true
  })
  const after = await dump()
  // letters about the same two records are sent again, and a letter is one row whoever sent it
  const withoutMoving = (tables: typeof before) => tables.filter(([table]) => table !== 'position' && table !== 'dead_letter')
  expect(withoutMoving(after)).toEqual(withoutMoving(before))
})

test('logs become files, line by line, once, in order of their queueings', async () => {
  const { platform } = stack
  const chunk = (token: string, seq: number, texts: readonly string[], last = false): LogChunk => ({
    dagId: 'alpha',
    runId: 'r1',
    taskId: '../a/b',
    mapIndex: -1,
    tryNumber: 1,
    token,
    logicalDate: t0,
    seq,
    last,
    lines: texts.map((text, i) => ({ at: t0 + seq + i, stream: 'out', level: 'info', text })),
  })
  const send = (...chunks: readonly LogChunk[]) =>
    platform.bus.send(
      chunks.map((value) => ({ topic: platform.topic('task-logs'), partition: 1, key: 'alpha/r1', value: platform.codec.encode('LogChunk', value) })),
    )
  await send(chunk('t1', 0, ['one', 'two\nlines']), chunk('t1', 0, ['one', 'two\nlines']), chunk('t1', 1, ['two\nlines', 'three']))
  const path = join(stack.logsDir, 'alpha', '%2E.%2Fa%2Fb', '2024-03-01T00:00:00.000Z', '1.log')
  const text = () => readFile(path, 'utf8').catch(() => '')
  await until('three lines', async () => (await text()).split('\n').length === 4)
  await projector.stop()
  await send(chunk('t1', 0, ['one', 'two\nlines', 'three', 'four'], true), chunk('t2', 0, ['poke'], true))
  projector = await start()
  await until('all lines', async () => (await text()).includes('poke'))
  expect((await text()).split('\n').map((line) => line.replace(/^\[[^\]]*\] /, ''))).toEqual(
    ['one', 'two\\nlines', 'three', 'four', 'poke'].map((line) => `{out} INFO - ${line}`).concat(''),
  )
  expect(await readFile(`${path}.seq`, 'utf8')).toBe('0 0 t1\nend\n4 0 t2\nend\n')

  const writer = await claimColumnOf(platform, 'alpha')
  await writer.decide({ type: 'RunForgotten', dagId: 'alpha', runId: 'r1', n: 100, at: t0 })
  await until('its row is gone', async () => (await rows(`SELECT FROM projection.dag_run WHERE dag_id = 'alpha' AND run_id = 'r1'`)).length === 0)
  expect([await text(), existsSync(`${path}.seq`), existsSync(dirname(path))]).toEqual(['', false, false])
})

test('of a dataset the newest events stay, those that wait, and what runs took of them; what the topic lets go of goes', async () => {
  const { platform } = stack
  const [many, waited] = ['file:///many', 'file:///waited']
  const dagId = 'waits_for_data'
  const definition = JSON.stringify({ ...JSON.parse(chainDefinition(dagId, ['a'])), datasets: { uri: waited }, schedule: { kind: 'none' } })
  const writer = await claimColumnOf(platform, dagId)
  await writer.decide(dagAdopted({ dagId, n: 1, definition, datasetPositions: [0, 0, 0, 0, 0, 0] }))
  await until('it waits', async () => (await rows(`SELECT FROM projection.dataset_cursor WHERE dag_id = '${dagId}'`)).length === 6)
  const acks = await platform.bus.send(
    Array.from({ length: 60 }, (_, n) => datasetEventRecord(platform, datasetEvent(n < 30 ? many : waited, `e${n}`, { at: t0 + n }))),
  )
  const took = acks.slice(0, 30).map(({ partition, offset }, n) => ({ uri: many, id: `e${n}`, partition, offset }))
  await writer.decide(runCreated({ dagId, runId: 'took', runType: 'dataset_triggered', logicalDate: null, datasetEvents: took }))
  const idsOf = async (table: string, uri: string) =>
    (await rows(`SELECT event_id FROM projection.${table} WHERE uri = '${uri}'`)).map(({ event_id: id }) => Number(String(id).slice(1))).sort((a, b) => a - b)
  await until('they are there', async () => (await idsOf('dataset_event', waited)).length === 30 && (await idsOf('dataset_run', many)).includes(29))
  await platform.bus.send(Array.from({ length: 30 }, (_, n) => datasetEventRecord(platform, datasetEvent(many, `e${60 + n}`, { at: t0 + 60 + n }))))
  await until('the last of them is there', async () => (await idsOf('dataset_event', many)).includes(89))
  const newest = await idsOf('dataset_event', many)
  expect(newest).toEqual(Array.from({ length: newest.length }, (_, i) => 90 - newest.length + i))
  expect(newest.length).toBeGreaterThanOrEqual(20)
  expect(newest.length).toBeLessThanOrEqual(22)
  // e0 to e9 may have gone before the run came: this DAG does not wait for them, so nothing held them.
  expect((await idsOf('dataset_run', many)).filter((id) => !newest.includes(id) && id >= 10)).toEqual([])
  expect(await rows(`SELECT events FROM projection.dataset WHERE uri = '${many}'`)).toEqual([{ events: '60' }])

  for (const { partition, high } of (await platform.bus.offsets(platform.topic('dataset-events'))).partitions)
    if (high > 0) await platform.bus.deleteRecords(platform.topic('dataset-events'), partition, high)
  await projector.stop()
  projector = await start()
  await publishDag('later', chainDefinition('later', ['a'])) // any batch
  await until('the expired ones are gone', async () => (await idsOf('dataset_event', many)).length === 0)
  expect((await idsOf('dataset_event', waited)).length).toBe(30)
})

test('the first event of a dataset that no DAG names is told as a dead letter, and kept; one that a DAG waits for is not', async () => {
  const { platform } = stack
  const [known, unknown] = ['file:///spelt', 'file:///misspelt']
  const definition = JSON.stringify({ ...JSON.parse(chainDefinition('speller', ['a'])), datasets: { uri: known }, schedule: { kind: 'none' } })
  await publishDag('speller', definition)
  await until('the DAG is there', async () => (await rows(`SELECT FROM projection.dataset_link WHERE uri = '${known}'`)).length === 1)
  const events = [known, unknown].flatMap((uri) => ['x1', 'x2'].map((id) => datasetEventRecord(platform, datasetEvent(uri, id))))
  await platform.bus.send(events)
  const letters = () => rows(`SELECT code, reason FROM projection.dead_letter WHERE reason LIKE '%spelt%'`)
  await until('the letter', async () => (await letters()).length > 0)
  await platform.bus.send([datasetEventRecord(platform, datasetEvent(unknown, 'x3'))])
  await until('all are kept', async () => (await rows(`SELECT FROM projection.dataset_event WHERE uri IN ('${known}', '${unknown}')`)).length === 5)
  expect(await letters()).toMatchObject([{ code: 'dataset_not_found', reason: expect.stringContaining(`no DAG waits for dataset ${unknown}`) }])
})
