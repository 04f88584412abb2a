/** Watchers on the test's servers: topics of their own, DAGs published as records, what they send. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Admin, Kafka, logLevel, type Message, type Producer } from 'kafkajs'
import type { DatasetEvent, DeadLetter, WatcherStatus } from '../../../schemas/generated/records.ts'
import { ownKafkaConnection } from '../../../services/sdk/hooks/kafka/kafka-access.ts'
import { startWatchers, type Watchers } from '../../../services/triggerer/watchers/start-watchers.ts'
import { makeTopic } from '../../support/make-topic.ts'
import { openServiceStack, type ServiceStack } from '../../support/service-stack.ts'
import { stackEnv } from '../../support/stack-env.ts'
import { until } from '../../support/until.ts'

export interface WatchWorld {
  readonly stack: ServiceStack
  readonly admin: Admin
  send(topic: string, messages: Message[]): Promise<void>
  readonly events: DatasetEvent[]
  readonly deadLetters: DeadLetter[]
  /** Newest status by incarnation. */
  readonly statuses: ReadonlyMap<string, WatcherStatus>
  freshName(): string
  topic(partitions?: number): Promise<string>
  /** Values as JSON, spread over the partitions by their number. */
  produce(topic: string, values: readonly unknown[], partitions?: number): Promise<void>
  publish(dagId: string, watches: readonly object[], bundle?: string | null): Promise<void>
  retire(dagId: string): Promise<void>
  /** File of a bundle with this code. */
  bundle(hash: string, code: string): Promise<void>
  start(over?: { filterLimitMs?: number; connections?: Record<string, string> }): Promise<Watchers>
  eventsOf(uri: string): readonly DatasetEvent[]
  /** What a test left running, which others would share partitions with. */
  stopAll(): Promise<void>
  /** Before the topic is deleted. */
  forget(topic: string): Promise<void>
  close(): Promise<void>
}

export const openWatchWorld = async (): Promise<WatchWorld> => {
  const stack = await openServiceStack()
  const { platform, config } = stack
  const kafka = new Kafka({ clientId: 'test', brokers: [...config.brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const producers = new Map<string, Promise<Producer>>()
  /** One producer for each topic: kafkajs' never gets over a topic that was deleted. */
  const send = async (topic: string, messages: Message[]): Promise<void> => {
    const made = producers.get(topic) ?? connected(kafka.producer({ allowAutoTopicCreation: false }))
    producers.set(topic, made)
    await (await made).send({ topic, messages })
  }
  const folder = await mkdtemp(join(tmpdir(), 'millrace-watch-'))
  const bundles = new Map<string, string>()
  const running = new Set<Watchers>()
  const events: DatasetEvent[] = []
  const deadLetters: DeadLetter[] = []
  const statuses = new Map<string, WatcherStatus>()
  let names = 0
  const fail = (error: Error): void => {
    throw error
  }
  const reading = await platform.bus.subscribe({
    topics: [platform.topic('dataset-events'), platform.topic('dead-letters'), platform.topic('heartbeats')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const { topic, value } of records) {
        if (value === null) continue
        if (topic === platform.topic('dataset-events')) events.push(platform.codec.decode('DatasetEvent', value))
        else if (topic === platform.topic('dead-letters')) deadLetters.push(platform.codec.decode('DeadLetter', value))
        else {
          const { incarnation, body } = platform.codec.decode('Heartbeat', value)
          if (body.type === 'WatcherStatus') statuses.set(incarnation, body)
        }
      }
    },
    onFailed: fail,
  })
  const freshName = (): string => `${config.topicPrefix}w${++names}`
  return {
    stack,
    admin,
    send,
    events,
    deadLetters,
    statuses,
    freshName,
    async topic(partitions = 1) {
      const topic = freshName()
      await makeTopic(admin, topic, partitions)
      return topic
    },
    async produce(topic, values, partitions = 1) {
      for (let at = 0; at < values.length; at += 1000)
        await send(
          topic,
          values.slice(at, at + 1000).map((value, i) => ({ key: String(at + i), value: JSON.stringify(value), partition: (at + i) % partitions })),
        )
    },
    async publish(dagId, watches, bundle = null) {
      const datasets = { all: watches.map((watch) => ({ uri: (watch as { uri: string }).uri })) }
      const definition = JSON.stringify({ dagId, schedule: datasets, tasks: [{ taskId: 't', operator: 'empty' }], watches })
      const value = platform.codec.encode('DagVersion', {
        dagId,
        version: String(Date.now()),
        definition,
        bundle,
        fileloc: null,
        source: null,
        publishedBy: 'test',
        publishedAt: 0,
      })
      await platform.bus.send([{ topic: platform.topic('dags'), partition: 0, key: dagId, value }])
    },
    retire: async (dagId) => void (await platform.bus.send([{ topic: platform.topic('dags'), partition: 0, key: dagId, value: null }])),
    async bundle(hash, code) {
      const file = join(folder, `${hash}.mjs`)
      await writeFile(file, code)
      bundles.set(hash, file)
    },
    async start(over = {}) {
      const connections: Record<string, string> = {
        kafka_default: ownKafkaConnection(stackEnv('KAFKA_BROKERS'), stackEnv('SCHEMA_REGISTRY_URL')),
        ...over.connections,
      }
      const watchers = await startWatchers(
        platform,
        {
          connection: (id) => connections[id] ?? null,
          bundleFile: (hash) => bundles.get(hash) ?? null,
          childEnv: { PATH: process.env.PATH ?? '' },
          guard: () => () => undefined,
          filterLimitMs: over.filterLimitMs ?? 5000,
          childIdleMs: 60_000,
        },
        fail,
      )
      const guarded: Watchers = {
        ...watchers,
        stop: async () => {
          running.delete(guarded)
          await watchers.stop()
        },
      }
      running.add(guarded)
      return guarded
    },
    eventsOf: (uri) => events.filter((event) => event.uri === uri),
    async forget(topic) {
      await (await producers.get(topic))?.disconnect()
      producers.delete(topic)
    },
    stopAll: async () => void (await Promise.all([...running].map((watchers) => watchers.stop()))),
    async close() {
      await Promise.all([...running].map((watchers) => watchers.stop()))
      await reading.close()
      const made = (await admin.listTopics()).filter((topic) => topic.startsWith(config.topicPrefix))
      for (const producer of producers.values()) await (await producer).disconnect()
      await admin.deleteTopics({ topics: made })
      await admin.disconnect()
      await stack.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const watching = (watchers: Watchers, topic: string, partitions = 1): Promise<void> =>
  until(`${topic} is watched`, () =>
    watchers.topics().some((watched) => watched.topic === topic && watched.state() === 'watching' && watched.partitions().length === partitions),
  )

const connected = async (producer: Producer): Promise<Producer> => {
  await producer.connect()
  return producer
}
