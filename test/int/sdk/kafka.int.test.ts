/** The Kafka operators and hook on a real broker and registry. */
import { Kafka, logLevel } from 'kafkajs'
import { KafkaHook, type KafkaMessage, kafkaConsume, kafkaCopy, kafkaProduce, task } from 'millrace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRegistryClient } from '../../../services/platform/bus/registry-client.ts'
import { ownKafkaConnection } from '../../../services/sdk/hooks/kafka/kafka-access.ts'
import { type RanAttempt, runLast } from '../../support/attempts.ts'
import { makeTopic } from '../../support/make-topic.ts'
import { freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'

const prefix = freshTopicPrefix()
const broker = new Kafka({ clientId: 'test', brokers: stackEnv('KAFKA_BROKERS').split(','), logLevel: logLevel.NOTHING })
const admin = broker.admin()
const connections = { kafka_default: ownKafkaConnection(stackEnv('KAFKA_BROKERS'), stackEnv('SCHEMA_REGISTRY_URL')) }
let topics = 0

beforeAll(() => admin.connect())
afterAll(async () => {
  const made = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
  await admin.deleteTopics({ topics: made })
  await admin.disconnect()
})

const freshTopic = async (numPartitions = 1): Promise<string> => {
  const topic = `${prefix}k${++topics}`
  await makeTopic(admin, topic, numPartitions)
  return topic
}
const run = (build: () => void, over: Parameters<typeof runLast>[1] = {}): Promise<RanAttempt> => runLast(build, { connections, ...over })
const value = async (build: () => void, over: Parameters<typeof runLast>[1] = {}): Promise<unknown> => {
  const { outcome, stored } = await run(build, over)
  if (outcome.kind !== 'succeeded') throw new Error(outcome.kind === 'failed' ? outcome.error.message : outcome.kind)
  const left = outcome.xcoms.find(({ key }) => key === 'return_value')
  if (left === undefined) return undefined
  const whole: unknown = JSON.parse(left.value)
  const ref = [...stored.keys()].find((each) => left.value.includes(each))
  return ref === undefined ? whole : JSON.parse(stored.get(ref) ?? '')
}
const error = async (build: () => void, over: Parameters<typeof runLast>[1] = {}): Promise<string> => {
  const { outcome } = await run(build, over)
  if (outcome.kind !== 'failed') throw new Error(`it ${outcome.kind}`)
  return `${outcome.error.type}: ${outcome.error.message}`
}
/** All committed messages of a topic. */
const all = (topic: string, as: 'json' | 'text' | 'avro' = 'json'): Promise<KafkaMessage[]> =>
  value(() => void kafkaConsume('all', { topic, group: `${topic}.all.${Math.random()}`, maxMessages: 100_000, within: '1500ms', value: as })) as Promise<
    KafkaMessage[]
  >
const idempotencyKey = (key: string) => ({ context: { idempotencyKey: key } })

describe('kafkaProduce', () => {
  it('sends one message with templates, and several in order', async () => {
    const topic = await freshTopic()
    const { outcome, rendered } = await run(
      () =>
        void kafkaProduce('one', { topic: `${topic}{# a template #}`, key: '{{ ds }}', value: { day: '{{ ds }}', n: 1 }, headers: { from: '{{ run_id }}' } }),
    )
    expect(outcome).toMatchObject({ kind: 'succeeded' })
    expect(rendered).toMatchObject({ topic, key: '2024-01-02', value: { day: '2024-01-02', n: 1 } })
    await value(
      () => {
        const rows = task('rows', () => [1, 2])
        kafkaProduce('t', { topic, inputs: { rows }, messages: ({ inputs }) => (inputs.rows as number[]).map((n) => ({ key: 'k', value: `text ${n}` })) })
      },
      { xcoms: { rows: [1, 2] } },
    )
    expect((await all(topic, 'text')).map(({ key, value: text, headers }) => ({ key, text, headers }))).toEqual([
      { key: '2024-01-02', text: '{"day":"2024-01-02","n":1}', headers: { 'idempotency-key': 'd/scheduled__2024-01-03/one/0', from: 'scheduled__2024-01-03' } },
      { key: 'k', text: 'text 1', headers: { 'idempotency-key': 'd/scheduled__2024-01-03/t/0' } },
      { key: 'k', text: 'text 2', headers: { 'idempotency-key': 'd/scheduled__2024-01-03/t/1' } },
    ])
  })

  it('sends many in several requests', async () => {
    const topic = await freshTopic(3)
    const messages = (function* () {
      for (let n = 0; n < 5000; n++) yield { key: String(n), value: { n, fill: 'x'.repeat(500) } }
    })()
    expect(await value(() => void kafkaProduce('many', { topic, messages: () => messages }))).toMatchObject({ topic, count: 5000 })
    const read = await value(
      () =>
        void kafkaConsume('sum', { topic, group: `${topic}.sum`, maxMessages: 5000, within: '20s', apply: (got) => new Set(got.map(({ key }) => key)).size }),
    )
    expect(read).toBe(5000)
  })

  it('makes the topic when it is asked to', async () => {
    const topic = `${prefix}made`
    for (let i = 0; i < 2; i++) await value(() => void kafkaProduce('p', { topic, createPartitions: 3, value: i }))
    expect((await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length).toBe(3)
    expect((await all(topic)).map((message) => message.value).sort()).toEqual([0, 1])
  })

  it('writes and reads Avro by the registry', async () => {
    const topic = await freshTopic()
    const registry = makeRegistryClient(stackEnv('SCHEMA_REGISTRY_URL'))
    const schema = {
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'note', type: ['null', 'string'], default: null },
        { name: 'at', type: 'long' },
      ],
    }
    await registry.register({ name: `${topic}-value`, schema: JSON.stringify(schema), compatibility: 'FULL_TRANSITIVE', record: 'Order' } as never)
    await value(() => void kafkaProduce('p', { topic, valueFormat: 'avro', value: { id: '{{ ds }}', note: 'n', at: 5 } }))
    expect((await all(topic, 'avro')).map((message) => message.value)).toEqual([{ id: '2024-01-02', note: 'n', at: 5 }])
    expect(await error(() => void kafkaProduce('p', { topic, valueFormat: 'avro', value: { id: 7, note: null, at: 5 } }))).toBe(
      `bad_option: message 0: not a value of subject '${topic}-value' (schema id ${await registry.idOf({ name: `${topic}-value`, schema: JSON.stringify(schema) } as never)}): id is 7, wanted "string"`,
    )
    expect(await error(() => void kafkaProduce('p', { topic, valueFormat: 'avro', subject: 'no.such', value: 1 }))).toContain(
      "has no subject 'no.such': register its schema first",
    )
  })

  it('says what is wrong, where, and what to do', async () => {
    const topic = await freshTopic()
    expect(await error(() => void kafkaProduce('p', { topic: `${topic}.none`, value: 1 }))).toMatch(
      /^bad_request: producing to t\w+\.k\d+\.none: Kafka at .* \(connection 'kafka_default'\): the topic \(or its partition\) does not exist: make it first, or check its name$/,
    )
    expect(await error(() => void kafkaProduce('p', { topic, messages: [{ value: 1, partition: 3 }] }))).toBe(
      "bad_option: message 0: partition 3 is none of the topic's, which are 0 to 0",
    )
    expect(await error(() => void kafkaProduce('p', { topic, messages: [{ value: 1, header: {} } as never] }))).toContain(
      "message 0: there is no field 'header'; did you mean 'headers'?",
    )
    expect(await error(() => void kafkaProduce('p', { topic, value: 1, kafkaConnId: 'other' }))).toContain("connection 'other'")
    expect(await error(() => void kafkaProduce('p', { topic, value: 1 }), { connections: { kafka_default: 'kafka://127.0.0.1:1' } })).toMatch(
      /^broker_unreachable: producing to /,
    )
    expect(() => task('outside', () => 1)).toThrow()
  }, 60_000)
})

describe('kafkaConsume', () => {
  const filled = async (count: number, partitions = 2): Promise<string> => {
    const topic = await freshTopic(partitions)
    await value(() => void kafkaProduce('p', { topic, messages: Array.from({ length: count }, (_, n) => ({ key: String(n), value: n })) }))
    return topic
  }

  it('takes batch after batch, each message once', async () => {
    const topic = await filled(250)
    const seen: unknown[] = []
    for (let batch = 0; batch < 3; batch++)
      seen.push(
        ...(
          (await value(
            () => void kafkaConsume('c', { topic, group: `${topic}.g`, maxMessages: 100, within: '2s' }),
            idempotencyKey(`run ${batch}`),
          )) as KafkaMessage[]
        ).map((message) => message.value),
      )
    expect(seen.length).toBe(250)
    expect(new Set(seen).size).toBe(250)
    const { outcome } = await run(() => void kafkaConsume('c', { topic, group: `${topic}.g`, within: '500ms', skipWhenEmpty: true }), idempotencyKey('run 4'))
    expect(outcome).toMatchObject({ kind: 'skipped', message: 'no messages came' })
  })

  it('does not move when apply fails', async () => {
    const topic = await filled(10)
    const failing = (): void =>
      void kafkaConsume('c', {
        topic,
        group: `${topic}.g`,
        within: '2s',
        maxMessages: 10,
        apply: () => {
          throw new Error('the database is away')
        },
      })
    expect(await error(failing, idempotencyKey('run'))).toBe('Error: the database is away')
    expect(
      await value(
        () => void kafkaConsume('c', { topic, group: `${topic}.g`, within: '2s', maxMessages: 10, apply: (messages) => messages.length }),
        idempotencyKey('run'),
      ),
    ).toBe(10)
  })

  it('gives a try that comes after a lost one the same messages again', async () => {
    const topic = await filled(60)
    const take = (key: string): Promise<unknown> =>
      value(
        () =>
          void kafkaConsume('c', {
            topic,
            group: `${topic}.g`,
            maxMessages: 20,
            within: '2s',
            apply: (messages) => messages.map((message) => message.value).sort(),
          }),
        idempotencyKey(key),
      )
    const first = await take('run 1')
    expect(await take('run 1')).toEqual(first)
    const second = await take('run 2')
    expect(await take('run 2')).toEqual(second)
    const third = await take('run 3')
    expect([first, second, third].flat().length).toBe(60)
    expect(new Set([first, second, third].flat()).size).toBe(60)
  })

  it('fails on a value that cannot be read, or leaves it out', async () => {
    const topic = await freshTopic()
    await value(() => void kafkaProduce('p', { topic, messages: [{ value: '{"a":1}' }, { value: 'no json' }, { value: null }] }))
    const consume = (badValues: 'fail' | 'skip'): void => void kafkaConsume('c', { topic, group: `${topic}.g`, within: '2s', maxMessages: 3, badValues })
    expect(await error(() => consume('fail'))).toMatch(/^undecodable: t\w+\.k\d+\/0 offset 1: the value is no JSON: it begins with "no json"/)
    expect(((await value(() => consume('skip'))) as KafkaMessage[]).map((message) => message.value)).toEqual([{ a: 1 }, null])
  })

  it('is a hook as well', async () => {
    const topic = await filled(3)
    expect(
      await value(
        () => void task('t', () => new KafkaHook().consume({ topic, group: `${topic}.h`, maxMessages: 3, withinMs: 5000 }, (messages) => messages.length)),
      ),
    ).toBe(3)
    await expect(new KafkaHook().produce(topic, [])).rejects.toThrow('works only inside a task')
  })
})

describe('kafkaCopy', () => {
  const numbers = async (count: number): Promise<{ from: string; to: string }> => {
    const from = await freshTopic(3)
    const to = await freshTopic(2)
    await value(() => void kafkaProduce('p', { topic: from, messages: Array.from({ length: count }, (_, n) => ({ key: String(n), value: { n } })) }))
    return { from, to }
  }

  it('copies bytes and headers, and goes on where it was', async () => {
    const { from, to } = await numbers(1200)
    const copy = (maxMessages: number): Promise<unknown> =>
      value(() => void kafkaCopy('c', { fromTopic: from, toTopic: to, group: `${from}.copy`, maxMessages }))
    expect(await copy(700)).toEqual({ read: 700, written: 700 })
    expect(await copy(10_000)).toEqual({ read: 500, written: 500 })
    expect(await copy(10_000)).toEqual({ read: 0, written: 0 })
    const copies = await all(to)
    expect(copies.length).toBe(1200)
    expect(new Set(copies.map(({ key }) => key)).size).toBe(1200)
    expect(copies.every(({ headers }) => headers['idempotency-key'] !== undefined)).toBe(true)
  })

  it('is exactly once whatever fails: a try that breaks off, and one that is put out by the next', async () => {
    const { from, to } = await numbers(2000)
    const options = { fromTopic: from, toTopic: to, group: `${from}.copy` }
    let calls = 0
    const broken = await error(
      () =>
        void kafkaCopy('c', {
          ...options,
          transform: ({ key, value: got }) => {
            if (++calls === 1234) throw new Error('broken off')
            return { key, value: got }
          },
        }),
    )
    expect(broken).toBe('Error: broken off')
    // Two at once: the second to begin puts the first one out, and takes over from its last commit.
    let release = (): void => undefined
    const paused = new Promise<void>((resolve) => {
      release = resolve
    })
    let isPaused = (): void => undefined
    const pausedNow = new Promise<void>((resolve) => {
      isPaused = resolve
    })
    const zombie = error(
      () =>
        void kafkaCopy('c', {
          ...options,
          transform: async ({ key, value: got }) => {
            isPaused()
            await paused
            return { key, value: got }
          },
        }),
    )
    await pausedNow
    await value(() => void kafkaCopy('c', options))
    release()
    expect(await zombie).toMatch(/another attempt took this work over/)
    const copies = await all(to)
    expect(copies.length).toBe(2000)
    expect(new Set(copies.map(({ key }) => key)).size).toBe(2000)
  }, 60_000)

  it('changes, leaves out and multiplies', async () => {
    const { from, to } = await numbers(9)
    const transform = ({ key, value: { n } }: KafkaMessage<{ n: number }>) =>
      n % 3 === 0
        ? null
        : n % 3 === 1
          ? { key, value: { n: -n } }
          : [
              { key, value: n },
              { key, value: n },
            ]
    expect(await value(() => void kafkaCopy<{ n: number }>('c', { fromTopic: from, toTopic: to, transform }))).toEqual({ read: 9, written: 9 })
    expect((await all(to)).length).toBe(9)
    expect(await error(() => void kafkaCopy('c', { fromTopic: from, toTopic: from }))).toContain('cannot be copied into itself')
  })
})
