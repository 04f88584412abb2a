/**
 * Copies a topic into another one, exactly once: each chunk is one transaction that holds the copies and the position of the group behind their
 * originals. What a try leaves open is rolled back by the next one, which begins where the last commit stands:
 * 1. The transactional id is the group's: opening the producer puts out whoever copies for the same group, and settles what they left open.
 * 2. Only then are the group's positions read: they are those of the last commit, and no other can come.
 * 3. After a failure the producer is never used again (its epoch ends with it): a late request of a rolled-back transaction cannot join the next one.
 */
import type { Kafka, Message, KafkaMessage as RawMessage, Transaction } from 'kafkajs'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import { partitionCount } from './produce.ts'
import { type Range, readRange } from './read-range.ts'

export interface Copy {
  readonly fromTopic: string
  readonly toTopic: string
  /** Keeps the position; the copy's own. */
  readonly group: string
  readonly maxMessages: number
  /** Where a group begins that has no position yet. */
  readonly from: 'beginning' | 'end'
  readonly signal: AbortSignal
  /** What a message becomes: none, one or several. */
  readonly transform: (message: RawMessage, partition: number) => Promise<readonly Message[]>
}

export interface Copied {
  readonly read: number
  readonly written: number
}

export const copy = async (kafka: Kafka, asked: Copy): Promise<Copied> => {
  const { fromTopic, toTopic, group } = asked
  if (fromTopic === toTopic) throw new MillraceError('bad_option', `topic ${fromTopic} cannot be copied into itself`)
  await partitionCount(kafka, fromTopic)
  await partitionCount(kafka, toTopic)
  const producer = kafka.producer({ transactionalId: `millrace-copy.${group}`, idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  let read = 0
  let written = 0
  try {
    await producer.connect()
    let opened: Transaction | null = await producer.transaction() // 1
    const ranges = await rangesOf(kafka, asked) // 2
    const onMessages = async (partition: number, given: readonly RawMessage[]): Promise<boolean> => {
      const messages = given.slice(0, asked.maxMessages - read)
      const last = messages.at(-1)
      if (last === undefined) return false
      const copies: Message[] = []
      for (const message of messages) copies.push(...(await asked.transform(message, partition)))
      asked.signal.throwIfAborted()
      const transaction = opened ?? (await producer.transaction())
      opened = null
      try {
        if (copies.length > 0) await transaction.send({ topic: toTopic, acks: -1, messages: copies })
        const offset = String(Number(last.offset) + 1)
        await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic: fromTopic, partitions: [{ partition, offset }] }] })
        await transaction.commit()
      } catch (thrown) {
        // The first error is the one to tell; a transaction that cannot be rolled back now is by the next try. 3
        await transaction.abort().catch(() => undefined)
        throw ensureError(thrown)
      }
      read += messages.length
      written += copies.length
      return read < asked.maxMessages
    }
    await readRange(kafka, { topic: fromTopic, ranges, signal: asked.signal, onMessages })
  } finally {
    await producer.disconnect()
  }
  return { read, written }
}

const rangesOf = async (kafka: Kafka, { fromTopic, group, from }: Copy): Promise<readonly Range[]> => {
  const admin = kafka.admin()
  try {
    await admin.connect()
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [fromTopic] })
    const positions = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
    return (await admin.fetchTopicOffsets(fromTopic)).map(({ partition, low, high }) => {
      const known = positions.get(partition) ?? -1
      const until = Number(high)
      if (known > until)
        throw new MillraceError(
          'position_lost',
          `${fromTopic}/${partition} ends at ${until}, but group '${group}' stands at ${known}: the topic was made anew. Copy it with a new group`,
        )
      const start = from === 'beginning' ? Number(low) : until
      return { partition, from: known < 0 ? start : Math.max(known, Number(low)), until }
    })
  } finally {
    await admin.disconnect()
  }
}
