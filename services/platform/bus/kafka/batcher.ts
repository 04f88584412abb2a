/**
 * The one owner of the idempotent producer. At most one request is under way; the next batch is what queued meanwhile. Sends that overlap lose
 * acknowledged records when a response is lost (kafkajs gives the second send the sequence numbers of the first); this cannot.
 *
 * After a failure the question is always: was it appended? The same producer with the same records of a partition, in the same order, may ask
 * again: the broker knows their sequence numbers and answers with the first offsets. So:
 * 1. kafkajs itself repeats what a cut connection, a stalled or a restarting broker leaves open, with the same sequence numbers.
 * 2. A rejected request is repeated partition by partition with the same producer: those that were appended are only answered again.
 * 3. A partition refused for its content (too big) was not appended: it is halved until the culprit stands alone, which alone is rejected.
 * 4. Only when the broker disowns the producer is there a new one, and what has no answer is sent again: the single case that can double.
 */
import type { Message, Producer, RecordMetadata } from 'kafkajs'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import type { Logger } from '../../log.ts'
import type { Ack, Outgoing } from '../port.ts'
import { maxRecordBytes, sizeOf } from '../record-size.ts'
import { type Client, endlessRetry } from './client.ts'
import { errorType } from './error-type.ts'
import { Partitioners } from './kafkajs.ts'
import { patiently } from './patiently.ts'
import { type Entry, makeSendQueue } from './send-queue.ts'

export interface Batcher {
  send(records: readonly Outgoing[]): Promise<readonly Ack[]>
  /** Sends what is queued; what could not be sent within the time is rejected with `shutting_down`. */
  close(withinMs: number): Promise<void>
}

const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])
const refused = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'POLICY_VIOLATION',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
])
const disowned = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'PRODUCER_FENCED',
])
const sameProducerTries = 3
const pauseMs = 200

const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`

export const openBatcher = async (client: Client, log: Logger): Promise<Batcher> => {
  const queue = makeSendQueue()
  const entryOf = new Map<Message, Entry>()
  let sending: Promise<void> | undefined
  let closing = false
  let abandoned = false

  const openProducer = async (): Promise<Producer> => {
    const choose = Partitioners.DefaultPartitioner()
    const producer = client.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: endlessRetry,
      createPartitioner: () => (args) => {
        const partition = choose(args)
        const entry = entryOf.get(args.message as Message)
        if (entry) entry.partition = partition
        return partition
      },
    })
    await patiently(() => producer.connect())
    return producer
  }
  let producer = await openProducer()

  const replaceProducer = async (): Promise<void> => {
    await producer.disconnect().catch((cause: unknown) => log.debug({ cause: ensureError(cause).message }, 'the former producer did not disconnect'))
    producer = await openProducer()
  }

  const request = (entries: readonly Entry[]): Promise<RecordMetadata[]> => {
    const byTopic = new Map<string, Message[]>()
    for (const { topic, message } of entries) {
      const messages = byTopic.get(topic)
      if (messages) messages.push(message)
      else byTopic.set(topic, [message])
    }
    return producer.sendBatch({ acks: -1, topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })) })
  }

  /** Sends until each entry has its answer. */
  const deliver = async (batch: readonly Entry[]): Promise<void> => {
    let left = batch
    for (let tries = 1; left.length > 0 && !abandoned; tries++) {
      try {
        left = settle(left, await request(left))
      } catch (thrown) {
        const groups = groupByPartition(left)
        if (groups.length > 1) {
          for (const group of groups) await deliver(group)
          return
        }
        const rest = narrow(left, thrown)
        if (rest) {
          for (const part of rest) await deliver(part)
          return
        }
        log.warn({ topic: left[0]?.topic, partition: left[0]?.partition, tries, error: ensureError(thrown).message }, 'a batch was rejected; sending it again')
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
        if (disowned.has(errorType(thrown)) || tries % sameProducerTries === 0) await replaceProducer()
      }
    }
  }

  const run = async (): Promise<void> => {
    await Promise.resolve() // what is sent in this turn of the event loop goes together
    while (queue.length > 0 && !abandoned) {
      const batch = queue.take()
      for (const entry of batch) entryOf.set(entry.message, entry)
      await deliver(batch)
      entryOf.clear()
    }
    sending = undefined
  }

  const start = (): void => {
    sending ??= run()
  }

  return {
    async send(records) {
      const sizes = records.map(sizeOf)
      for (const [i, bytes] of sizes.entries()) {
        if (bytes <= maxRecordBytes) continue
        const { topic, key } = records[i] as Outgoing
        throw new MillraceError('too_big', `a record of ${bytes} bytes for topic ${topic} (key ${key}): the limit is ${maxRecordBytes} bytes`)
      }
      if (closing) throw new MillraceError('shutting_down', 'the bus is closing: nothing more can be sent')
      if (records.length === 0) return []
      return new Promise((resolve, reject) => {
        const call = { acks: new Array<Ack>(records.length), open: records.length, resolve, reject }
        queue.add(records.map((record, index) => ({ topic: record.topic, message: toMessage(record), bytes: sizes[index] ?? 0, call, index, partition: -1 })))
        start()
      })
    },
    async close(withinMs) {
      closing = true
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs)
      })
      await Promise.race([sending, late])
      clearTimeout(timer)
      abandoned = true
      const unsent = [...entryOf.values()]
      while (queue.length > 0) unsent.push(...queue.take())
      for (const entry of unsent)
        entry.call.reject(
          new MillraceError('shutting_down', `the bus closed before a record for ${entry.topic} was acknowledged: whether it was appended is not known`),
        )
      await Promise.race([producer.disconnect(), new Promise<void>((resolve) => setTimeout(resolve, 1000).unref())])
    },
  }
}

const toMessage = (record: Outgoing): Message => {
  const message: Message = { key: record.key, value: record.value }
  if (record.partition !== undefined) message.partition = record.partition
  if (record.headers) message.headers = record.headers as Record<string, string>
  return message
}

const groupByPartition = (entries: readonly Entry[]): readonly Entry[][] => {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    const key = partitionKey(entry.topic, entry.partition)
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  }
  return [...groups.values()]
}

/** Gives each entry its offset; answers those that got none (their partition moved to a broker that had answered already). */
const settle = (entries: readonly Entry[], answers: readonly RecordMetadata[]): Entry[] => {
  const next = new Map(answers.map((answer) => [partitionKey(answer.topicName, answer.partition), Number(answer.baseOffset)]))
  const left: Entry[] = []
  for (const entry of entries) {
    const key = partitionKey(entry.topic, entry.partition)
    const offset = next.get(key)
    if (offset === undefined || Number.isNaN(offset)) {
      left.push(entry)
      continue
    }
    next.set(key, offset + 1)
    const { call } = entry
    call.acks[entry.index] = { topic: entry.topic, partition: entry.partition, offset }
    if (--call.open === 0) call.resolve(call.acks)
  }
  return left
}

/** Records of one partition that the broker refused for what they are: halves to try; a single one is rejected. Undefined: another failure. */
const narrow = (entries: readonly Entry[], thrown: unknown): readonly (readonly Entry[])[] | undefined => {
  const type = errorType(thrown)
  if (!tooLarge.has(type) && !refused.has(type)) return undefined
  const [entry] = entries
  if (entries.length > 1) return [entries.slice(0, entries.length >> 1), entries.slice(entries.length >> 1)]
  if (entry) {
    const place = `the broker refuses a record of ${entry.bytes} bytes for topic ${entry.topic}`
    entry.call.reject(
      tooLarge.has(type)
        ? new MillraceError('too_big', `${place}: it is over the topic's max.message.bytes`, { cause: thrown })
        : new MillraceError('internal', `${place}: ${ensureError(thrown).message}`, { cause: thrown }),
    )
  }
  return []
}
