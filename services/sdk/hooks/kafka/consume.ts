/**
 * One batch of messages by a consumer group. The offsets move only when the caller says so, with a note of whose batch it was: a try that comes
 * after one that committed and was then lost (before its success was recorded) gets the very same messages again instead of the next ones.
 */
import { createHash } from 'node:crypto'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import { headersOf, type KafkaMessage } from './kafka-message.ts'

export interface Consume {
  readonly topics: readonly string[]
  readonly group: string
  readonly maxMessages: number
  readonly withinMs: number
  /** Where a group begins that has read nothing yet. */
  readonly from: 'beginning' | 'end'
  /** The same for every try of a task instance. */
  readonly idempotencyKey: string
  readonly signal: AbortSignal
  /** Messages that a lost try took already. */
  readonly onAgain: (count: number) => void
}

export interface ConsumedBatch {
  /** In order within each partition; the values are bytes. */
  readonly messages: readonly KafkaMessage<Buffer | null>[]
  /** Moves the group behind the batch. Rejects when the group gave the partitions to another member meanwhile. */
  commit(): Promise<void>
}

interface Taken {
  readonly topic: string
  readonly partition: number
  /** Where the batch begins, and where the group stands after it. */
  readonly from: number
  readonly next: number
}

/** Beside the offset on the broker: whose batch ended there, and where it began. */
interface Note {
  readonly by: string
  readonly from: number
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`

/** Reads the batch, has it worked on, commits. Heartbeats go on while `work` runs. */
export const consume = async <T>(kafka: Kafka, asked: Consume, work: (batch: ConsumedBatch) => Promise<T>): Promise<T> => {
  const by = createHash('sha256').update(asked.idempotencyKey).digest('hex').slice(0, 24)
  const again = await batchOfLostTry(kafka, asked, by)
  const consumer = kafka.consumer({
    groupId: asked.group,
    allowAutoTopicCreation: false,
    sessionTimeout: 30_000,
    heartbeatInterval: 3000,
    maxWaitTimeInMs: 200,
  })
  const collecting = collect(consumer, asked, again)
  const onAbort = (): void => collecting.fail(asked.signal.reason)
  asked.signal.addEventListener('abort', onAbort, { once: true })
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...asked.topics], fromBeginning: asked.from === 'beginning' })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: collecting.eachBatch })
    const { messages, taken } = await collecting.done
    if (again.size > 0) asked.onAgain(messages.length)
    return await work({ messages, commit: () => commit(consumer, taken, by, collecting.lateJoins) })
  } finally {
    asked.signal.removeEventListener('abort', onAbort)
    collecting.stop()
    await consumer.disconnect()
  }
}

/** The ranges that an earlier try of this task instance committed last, if nobody went on from there. */
const batchOfLostTry = async (kafka: Kafka, { group, topics }: Consume, by: string): Promise<ReadonlyMap<string, Taken>> => {
  const admin = kafka.admin()
  const found = new Map<string, Taken>()
  try {
    await admin.connect()
    await admin.fetchTopicMetadata({ topics: [...topics] }) // rejects for one that is not there
    for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [...topics] }))
      for (const { partition, offset, metadata } of partitions) {
        const note = readNote(metadata)
        if (note?.by === by) found.set(placeOf(topic, partition), { topic, partition, from: note.from, next: Number(offset) })
      }
  } finally {
    await admin.disconnect()
  }
  return found
}

const readNote = (metadata: string | null): Note | null => {
  if (metadata === null || !metadata.startsWith('{"by":')) return null // somebody else's, or none
  try {
    return JSON.parse(metadata) as Note
  } catch {
    return null
  }
}

interface Collected {
  readonly messages: readonly KafkaMessage<Buffer | null>[]
  readonly taken: readonly Taken[]
}

const collect = (consumer: Consumer, asked: Consume, again: ReadonlyMap<string, Taken>) => {
  let messages: KafkaMessage<Buffer | null>[] = []
  const taken = new Map<string, Taken>()
  const open = new Set(again.keys())
  let lateJoins = 0
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  let resolve: (collected: Collected) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const done = new Promise<Collected>((onDone, onFailed) => {
    resolve = onDone
    reject = onFailed
  })
  done.catch(() => undefined) // it may fail before anybody awaits it

  const stop = (): void => {
    isOver = true
    clearTimeout(timer)
  }
  const finish = (): void => {
    if (isOver) return
    stop()
    consumer.pause(asked.topics.map((topic) => ({ topic })))
    resolve({ messages, taken: [...taken.values()] })
  }
  const fail = (thrown: unknown): void => {
    if (isOver) return
    stop()
    reject(ensureError(thrown))
  }
  const onJoin = (assigned: Readonly<Record<string, readonly number[]>>): void => {
    if (isOver) {
      lateJoins++
      consumer.pause(asked.topics.map((topic) => ({ topic })))
      return
    }
    // Nothing is committed yet: the group gives us our partitions from where it stands.
    messages = []
    taken.clear()
    clearTimeout(timer)
    timer = setTimeout(again.size > 0 ? () => fail(heldByOthers([...open])) : finish, again.size > 0 ? Math.max(asked.withinMs, 30_000) : asked.withinMs)
    if (again.size === 0) return
    for (const [topic, partitions] of Object.entries(assigned))
      for (const partition of partitions) {
        const range = again.get(placeOf(topic, partition))
        if (range === undefined) consumer.pause([{ topic, partitions: [partition] }])
        else consumer.seek({ topic, partition, offset: String(range.from) })
      }
  }
  const moved = (topic: string, partition: number, next: number): void => {
    const range = again.get(placeOf(topic, partition))
    if (range === undefined || next < range.next || isOver) return
    consumer.pause([{ topic, partitions: [partition] }])
    open.delete(placeOf(topic, partition))
    if (open.size === 0) finish()
  }
  consumer.on('consumer.group_join', ({ payload }) => onJoin(payload.memberAssignment))
  consumer.on('consumer.end_batch_process', ({ payload }) => moved(payload.topic, payload.partition, Number(payload.lastOffset) + 1))
  consumer.on('consumer.crash', ({ payload }) => {
    if (!payload.restart) fail(payload.error)
  })

  const eachBatch = async ({ batch, resolveOffset }: EachBatchPayload): Promise<void> => {
    const { topic, partition } = batch
    const place = placeOf(topic, partition)
    const range = again.get(place)
    for (const message of batch.messages) {
      const offset = Number(message.offset)
      if (isOver || (again.size > 0 && (range === undefined || offset >= range.next))) break
      const { from } = taken.get(place) ?? { from: offset }
      taken.set(place, { topic, partition, from, next: offset + 1 })
      messages.push({
        topic,
        partition,
        offset,
        timestamp: Number(message.timestamp),
        key: message.key?.toString() ?? null,
        value: message.value,
        headers: headersOf(message.headers),
      })
      resolveOffset(message.offset)
      if (again.size === 0 && messages.length >= asked.maxMessages) finish()
    }
  }
  return { done, eachBatch, fail, stop, lateJoins: () => lateJoins }
}

const heldByOthers = (places: readonly string[]): MillraceError =>
  new MillraceError(
    'bad_request',
    `an earlier try took messages of ${places.join(', ')}, and another consumer of the group holds them now: let one task at a time use the group (maxActiveTisPerDag: 1)`,
  )

const commit = async (consumer: Consumer, taken: readonly Taken[], by: string, lateJoins: () => number): Promise<void> => {
  if (taken.length === 0) return
  if (lateJoins() > 0)
    throw new MillraceError(
      'bad_request',
      'the consumer group was shared out anew while the batch was worked on, so it is not committed and will be read again: let one task at a time use the group (maxActiveTisPerDag: 1)',
    )
  let isDone = false
  const forget = consumer.on('consumer.commit_offsets', () => {
    isDone = true
  })
  await consumer.commitOffsets(
    taken.map(({ topic, partition, from, next }) => ({ topic, partition, offset: String(next), metadata: JSON.stringify({ by, from } satisfies Note) })),
  )
  forget()
  // kafkajs passes over the commit of a consumer that has stopped.
  if (!isDone) throw new MillraceError('broker_unreachable', 'the consumer stopped before the batch was committed: it will be read again')
}
