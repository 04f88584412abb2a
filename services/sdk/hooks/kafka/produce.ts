/** Sends messages one request at a time: overlapping ones of kafkajs' idempotent producer lose acknowledged messages when a response is lost. */
import type { Kafka, Message } from 'kafkajs'
import { MillraceError } from '../../../core/errors.ts'
import type { KafkaValueKind } from '../../../core/kafka-values.ts'
import { kinds, shown } from '../../../core/normal-kinds.ts'
import { didYouMean } from '../../../core/normal-names.ts'
import type { KafkaOutput } from './kafka-message.ts'
import { writeValue } from './message-values.ts'
import type { RegistryValues } from './registry-values.ts'

export interface Produce {
  readonly topic: string
  readonly messages: Iterable<KafkaOutput> | AsyncIterable<KafkaOutput>
  /** Null: text as it is, everything else as JSON. */
  readonly valueFormat: KafkaValueKind | null
  /** Of the registry, for Avro. */
  readonly subject: string
  /** Header `idempotency-key` of message n is `<this>/<n>`, the same for every try, so that readers can drop repeated ones. */
  readonly idempotencyKey: string
  /** Partitions of the topic, which is made if it is not there; null: then it is an error. */
  readonly createPartitions: number | null
  readonly signal: AbortSignal
}

export interface Produced {
  readonly topic: string
  readonly count: number
  /** Where the first message in each partition lies. */
  readonly firstOffsets: Readonly<Record<string, number>>
}

const maxRequestMessages = 1000
const maxRequestBytes = 900_000

export const produce = async (kafka: Kafka, registry: RegistryValues, asked: Produce): Promise<Produced> => {
  const partitions = await partitionCount(kafka, asked.topic, asked.createPartitions)
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  const firstOffsets: Record<string, number> = {}
  let count = 0
  let batch: Message[] = []
  let batchBytes = 0
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    asked.signal.throwIfAborted()
    const messages = batch
    batch = []
    batchBytes = 0
    for (const { partition, baseOffset } of await producer.send({ topic: asked.topic, acks: -1, messages })) firstOffsets[partition] ??= Number(baseOffset)
  }
  try {
    await producer.connect()
    for await (const output of asked.messages) {
      const message = await messageOf(output, count, partitions, registry, asked)
      const bytes = (message.value?.length ?? 0) + (message.key?.length ?? 0) + 200
      if (batch.length >= maxRequestMessages || batchBytes + bytes > maxRequestBytes) await flush()
      batch.push(message)
      batchBytes += bytes
      count++
    }
    await flush()
  } finally {
    await producer.disconnect()
  }
  return { topic: asked.topic, count, firstOffsets }
}

export const messageOf = async (
  output: KafkaOutput,
  n: number,
  partitions: number,
  registry: RegistryValues,
  { valueFormat, subject, idempotencyKey }: Pick<Produce, 'valueFormat' | 'subject' | 'idempotencyKey'>,
): Promise<Message> => {
  const bad = (what: string): MillraceError => new MillraceError('bad_option', `message ${n}: ${what}`)
  if (!kinds.object.holds(output)) throw bad(`must be an object with a value, such as { key: 'a', value: { ... } }, not ${shown(output)}`)
  const unknown = Object.keys(output).find((name) => !outputNames.includes(name))
  if (unknown !== undefined) throw bad(`there is no field '${unknown}'${didYouMean(unknown, outputNames)}`)
  const { key = null, value, headers = {}, partition } = output
  if (value === undefined) throw bad('has no value (null is a tombstone)')
  if (key !== null && typeof key !== 'string') throw bad(`key must be text or null, not ${shown(key)}`)
  if (!kinds.textMap.holds(headers)) throw bad(`headers must be an object of texts, not ${shown(headers)}`)
  if (partition !== undefined && !(Number.isInteger(partition) && partition >= 0 && partition < partitions))
    throw bad(`partition ${shown(partition)} is none of the topic's, which are 0 to ${partitions - 1}`)
  const bytes = await writeValue(valueFormat ?? (typeof value === 'string' ? 'text' : 'json'), value, subject, registry).catch((error: Error) => {
    throw error instanceof MillraceError && error.code === 'bad_option' ? bad(error.message) : error
  })
  return {
    key,
    value: bytes,
    headers: { 'idempotency-key': `${idempotencyKey}/${n}`, ...headers },
    ...(partition === undefined ? {} : { partition }),
  }
}

const outputNames = ['key', 'value', 'headers', 'partition']

/** Makes a topic that is not there, or rejects for it: kafkajs would try for long, and drop a message for a partition that is not. */
export const partitionCount = async (kafka: Kafka, topic: string, createPartitions: number | null = null): Promise<number> => {
  const admin = kafka.admin()
  const count = async (): Promise<number> => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions.length ?? 0
  try {
    await admin.connect()
    if (createPartitions === null) return await count()
    if ((await admin.listTopics()).includes(topic)) return await count()
    // false: another was quicker, which is as good.
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: createPartitions }] })
    for (let tries = 1; ; tries++) {
      try {
        return await count()
      } catch (thrown) {
        // The broker learns of it a little after its controller.
        if (tries === visibleTries) throw thrown
        await new Promise((resolve) => setTimeout(resolve, visiblePauseMs))
      }
    }
  } finally {
    await admin.disconnect()
  }
}

const visibleTries = 30
const visiblePauseMs = 200
