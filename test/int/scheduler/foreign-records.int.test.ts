/** Programs that are not ours on the real broker and registry: what they get wrong is a dead letter with its reason, and changes nothing else. */
import avro from 'avsc'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeadLetter } from '../../../schemas/generated/records.ts'
import { avroSchemas } from '../../../schemas/generated/schemas.ts'
import type { TopicName } from '../../../schemas/topics.ts'
import { columnOf } from '../../../services/core/column.ts'
import type { Incoming } from '../../../services/platform/bus/port.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { type JournalTruth, openJournalTruth } from '../../support/journal-truth.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'
import { openServiceStack, type ServiceStack } from '../../support/service-stack.ts'
import { until } from '../../support/until.ts'

let stack: ServiceStack
let scheduler: Service
let truth: JournalTruth
let producer: Producer
let kafka: Kafka
let closeLetters: () => Promise<void>
const letters: DeadLetter[] = []
const failures: Error[] = []
const onFailed = (error: Error) => void failures.push(error)

const dag = (dagId: string, more: object = {}) => ({ dagId, ...more, tasks: [{ taskId: 't', operator: 'empty' }] })

const letterCount = (count: number): Promise<void> => until(`${count} dead letters`, async () => letters.length >= count)

beforeAll(async () => {
  stack = await openServiceStack()
  const { platform, config } = stack
  kafka = new Kafka({ brokers: [...config.brokers], clientId: 'foreign', logLevel: logLevel.NOTHING })
  producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } })
  await producer.connect()
  const onRecords = (records: readonly Incoming[]): void => {
    for (const { value } of records) if (value) letters.push(platform.codec.decode('DeadLetter', value))
  }
  const subscription = await platform.bus.subscribe({
    topics: [platform.topic('dead-letters')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords,
    onFailed,
  })
  closeLetters = () => subscription.close()
  truth = await openJournalTruth(platform)
  scheduler = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 20_000, checkpointMs: 60_000 }, onFailed)
  await publishDag(platform, dag('good'))
  await unpause(platform, 'good')
})

afterAll(async () => {
  await scheduler?.stop()
  await producer?.disconnect()
  await closeLetters?.()
  await truth?.close()
  await stack?.close()
  expect(failures).toEqual([])
})

const send = (name: TopicName, key: string, value: Buffer | null, partition = 0) =>
  producer.send({ topic: stack.platform.topic(name), messages: [{ key, value, partition }] })

const withId = (id: number, avro: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  return Buffer.concat([head, avro])
}

/** A run before and after: the column goes on. */
const goesOn = async (runId: string): Promise<void> => {
  await sendCommand(stack.platform, { dagId: 'good', kind: 'trigger_run', runId })
  await truth.until(`run ${runId}`, (t) => t.run('good', runId)?.state === 'success', 30_000)
}

const journalled = () =>
  truth.entries
    .flat()
    .flatMap((entry) =>
      entry.kind === 'decided' ? entry.events.filter((event) => !('dagId' in event) || (event.dagId !== 'good' && event.dagId !== 'waits')) : [],
    )

const command = (id: string, more: object = {}) => ({
  ...{ id, dagId: 'good', kind: 'trigger_run', at: 0, principal: 'foreign', runId: null, logicalDate: null, withoutLogicalDate: false },
  ...{ dataIntervalStart: null, dataIntervalEnd: null, runAfter: null, conf: null, note: null, paused: null, args: null },
  ...more,
})

it('commands that nobody can read', async () => {
  const { codec } = stack.platform
  const column = columnOf('good', stack.config.columns)
  const bad: readonly (Buffer | null)[] = [
    null,
    Buffer.alloc(0),
    Buffer.from('{"dagId":"good","kind":"trigger_run"}'),
    withId(2_000_000_000, Buffer.from('abc')),
    codec.encode('DeadLetter', { topic: 't', partition: 0, offset: 0, by: 'x', code: 'x', reason: 'x', at: 0, key: null, value: null }),
    codec.encode('Command', command('cut')).subarray(0, 20),
    Buffer.concat([codec.encode('Command', command('long')), Buffer.from([0])]),
  ]
  const before = letters.length
  for (const value of bad) await send('commands', 'good', value, column)
  await letterCount(before + bad.length)
  await goesOn('after-bad-commands')
  expect(letters.slice(before).map(({ topic, partition, key, by, code, reason }) => [topic.endsWith('.commands'), partition, key, by, code, reason])).toEqual(
    [
      'a command without a value',
      expect.stringContaining('wire format: 0 bytes'),
      expect.stringContaining('wire format: 37 bytes that begin with 7b22646167'),
      'the registry has no schema with id 2000000000',
      expect.stringMatching(/^it is a DeadLetter \(schema id \d+\), not a Command$/),
      expect.stringMatching(/^Command \(schema id \d+\): it ends too early$/),
      expect.stringMatching(/^Command \(schema id \d+\): 1 bytes too many$/),
    ].map((reason) => [true, column, 'good', 'scheduler', 'undecodable', reason]),
  )
  expect(journalled()).toEqual([])
})

it('a command under a schema that its program registered, in a partition of its own choice', async () => {
  const { platform, config } = stack
  const schema = JSON.parse(avroSchemas.Command)
  const newer = { ...schema, fields: [...schema.fields, { name: 'ticket', type: 'string', default: '' }] }
  const answer = await fetch(`${config.registryUrl}/subjects/${platform.topic('commands')}-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: JSON.stringify(newer) }),
  })
  const { id } = (await answer.json()) as { id: number }
  const value = Buffer.concat([withId(id, platform.codec.encode('Command', command('ticketed', { runId: 'ticketed' })).subarray(5)), Buffer.from([2, 0x37])])
  await send('commands', 'good', value, (columnOf('good', config.columns) + 1) % config.columns)
  const run = await truth.until('its run', (t) => t.run('good', 'ticketed'), 30_000)
  expect(run.triggeredBy).toBe('foreign')
})

describe('2 MB: refused by the broker; where an operator lets the topic take more, a dead letter', () => {
  const text = 'x'.repeat(2_000_000)
  const row = { dagId: 'good', version: 'v2', bundle: null, fileloc: null, source: null, publishedBy: 'foreign', publishedAt: 0 }
  const source = { sourceDagId: null, sourceRunId: null, sourceTaskId: null, sourceMapIndex: null, producer: 'foreign' }
  const definition = JSON.stringify(dag('good', { doc: text }))
  const event = { uri: 'file:///orders', id: 'e', at: 1, extra: JSON.stringify({ text }), ...source }
  it.each([
    ['commands', 'Command', command('big', { runId: 'big', note: text }), 'too_big', /^a command of 2000\d{3} bytes: at most 500000 are allowed/],
    ['dags', 'DagVersion', { ...row, definition }, 'bad_dag', /^DAG good: its definition is 2000\d{3} bytes of JSON, at most 700000 are allowed/],
    ['dataset-events', 'DatasetEvent', event, 'too_big', /^a dataset event of 2000\d{3} bytes, at most 100000 are allowed/],
  ] as const)('%s', async (name, record, value, code, reason) => {
    const { platform, config } = stack
    await publishDag(platform, dag('waits', { schedule: { uri: 'file:///orders' }, pausedUponCreation: false }))
    await truth.until('it waits', (t) => t.columns.some((column) => column.dags.get('waits')?.paused === false), 30_000)
    const small = { Command: command('small'), DagVersion: { ...row, definition: '{}' }, DatasetEvent: { ...event, extra: '{}' } }
    const id = platform.codec.encode(record, small[record] as never).readUInt32BE(1)
    // Our own bus would not send it.
    const bytes = withId(id, avro.Type.forSchema(JSON.parse(avroSchemas[record])).toBuffer(value))
    const key = name === 'dataset-events' ? 'file:///orders' : 'good'
    const partition = name === 'commands' ? columnOf('good', config.columns) : 0
    await expect(send(name, key, bytes, partition)).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' })
    await allowMore(name)
    const before = letters.length
    await send(name, key, bytes, partition)
    await letterCount(before + 1)
    await goesOn(`after-2-mb-of-${name}`)
    expect(letters.slice(before).map((letter) => [letter.code, letter.reason, letter.value?.length])).toEqual([[code, expect.stringMatching(reason), 512_000]])
    expect(truth.run('good', 'big')).toBeUndefined()
    expect(truth.columns.flatMap((column) => [...(column.dags.get('waits')?.runs.keys() ?? [])])).toEqual([])
  })
})

const allowMore = async (name: TopicName): Promise<void> => {
  const admin = kafka.admin()
  await admin.connect()
  const configEntries = [
    { name: 'max.message.bytes', value: '5000000' },
    { name: 'cleanup.policy', value: name === 'dags' ? 'compact' : 'delete' },
    { name: 'retention.ms', value: '-1' },
    ...(name === 'commands' ? [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] : []),
  ]
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: stack.platform.topic(name), configEntries }] })
  await admin.disconnect()
}

it('DAGs that nobody can use', async () => {
  const { platform } = stack
  const row = (dagId: string, definition: string) =>
    platform.codec.encode('DagVersion', { dagId, version: 'v1', definition, bundle: null, fileloc: null, source: null, publishedBy: 'foreign', publishedAt: 0 })
  const good = JSON.stringify(dag('good', { description: 'another' }))
  const cyclic = { dagId: 'bad', tasks: ['a', 'b'].map((taskId) => ({ taskId, operator: 'empty', upstream: [taskId === 'a' ? 'b' : 'a'] })) }
  const bad: readonly [string, Buffer][] = [
    ['bad', Buffer.from('dagId: bad')],
    ['bad', withId(2_000_000_001)],
    ['bad', row('bad', '{"dagId":')],
    ['bad', row('bad', '[]')],
    ['bad', row('bad', JSON.stringify(cyclic))],
    ['bad', row('bad', JSON.stringify({ dagId: 'bad', tasks: [{ taskId: 't', operator: 'empty', retries: 'many' }] }))],
    ['bad', row('good', good)],
    ['bad', row('bad', good)],
    ['bad', row('bad', JSON.stringify(dag('bad', { schedule: '61 * * * *' })))],
  ]
  const before = letters.length
  for (const [key, value] of bad) await send('dags', key, value)
  await letterCount(before + bad.length)
  await goesOn('after-bad-dags')
  expect(letters.slice(before).map(({ topic, by, code, reason }) => [topic, by, code, reason])).toEqual(
    [
      ['undecodable', expect.stringContaining('wire format')],
      ['undecodable', 'the registry has no schema with id 2000000001'],
      ['bad_dag', 'DAG bad: its definition is no JSON'],
      ['bad_dag', 'DAG bad: a DAG must be an object with dagId and tasks, not []'],
      ['bad_dag', expect.stringMatching(/^DAG bad: .*wait for each other in a circle/)],
      ['bad_dag', expect.stringMatching(/^DAG bad: tasks.t.retries/)],
      ['bad_dag', 'record with key bad holds DAG good: key and dagId must be the same'],
      ['bad_dag', 'record with key bad defines DAG good: they must be the same'],
      ['bad_dag', expect.stringMatching(/^DAG bad: schedule/)],
    ].map((rest) => [platform.topic('dags'), 'scheduler', ...rest]),
  )
  expect(journalled()).toEqual([])
})
