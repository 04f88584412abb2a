/** Reads partitions of a topic from where the caller says to where they ended when it began: a consumer in a group of its own that commits nothing. */
import { randomUUID } from 'node:crypto'
import type { Kafka, KafkaMessage as RawMessage } from 'kafkajs'
import { ensureError } from '../../../core/errors.ts'

export interface Range {
  readonly partition: number
  readonly from: number
  /** The offset behind the last message wanted. */
  readonly until: number
}

export interface ReadRange {
  readonly topic: string
  readonly ranges: readonly Range[]
  readonly signal: AbortSignal
  /** Messages of one partition in order, and the offset behind them; false: enough. Only then the next come. */
  readonly onMessages: (partition: number, messages: readonly RawMessage[], next: number) => Promise<boolean>
}

/** Behind an open transaction of another producer nothing can be read: so long without news, and what was read is all. */
const idleMs = 10_000

export const readRange = async (kafka: Kafka, { topic, ranges, signal, onMessages }: ReadRange): Promise<void> => {
  const positions = new Map(ranges.filter(({ from, until }) => from < until).map(({ partition, from }) => [partition, from]))
  const ends = new Map(ranges.map(({ partition, until }) => [partition, until]))
  if (positions.size === 0) return
  const consumer = kafka.consumer({
    groupId: `millrace.read.${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 200,
    sessionTimeout: 30_000,
    heartbeatInterval: 3000,
  })
  let timer: NodeJS.Timeout | undefined
  let finish: (failure?: unknown) => void = () => undefined
  const over = new Promise<void>((resolve, reject) => {
    finish = (failure) => (failure === undefined ? resolve() : reject(ensureError(failure)))
  })
  over.catch(() => undefined)
  let isOver = false
  const end = (failure?: unknown): void => {
    isOver = true
    clearTimeout(timer)
    finish(failure)
  }
  const wait = (): void => {
    clearTimeout(timer)
    if (!isOver) timer = setTimeout(() => end(), idleMs)
  }
  const moved = (partition: number, next: number): void => {
    if (!positions.has(partition) || isOver) return
    wait()
    if (next < (ends.get(partition) ?? 0)) positions.set(partition, Math.max(next, positions.get(partition) ?? 0))
    else {
      positions.delete(partition)
      consumer.pause([{ topic, partitions: [partition] }])
    }
    if (positions.size === 0) end()
  }
  consumer.on('consumer.group_join', ({ payload }) => {
    wait()
    for (const partition of payload.memberAssignment[topic] ?? []) {
      const position = positions.get(partition)
      if (position === undefined) consumer.pause([{ topic, partitions: [partition] }])
      else consumer.seek({ topic, partition, offset: String(position) })
    }
  })
  consumer.on('consumer.end_batch_process', ({ payload }) => moved(payload.partition, Number(payload.lastOffset) + 1))
  consumer.on('consumer.crash', ({ payload }) => {
    if (!payload.restart) end(payload.error)
  })
  const onAbort = (): void => end(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
        const { partition } = batch
        const position = positions.get(partition)
        const until = ends.get(partition) ?? 0
        if (position === undefined || isOver) return
        const wanted = batch.messages.filter(({ offset }) => Number(offset) >= position && Number(offset) < until)
        for (let at = 0; at < wanted.length && !isOver; at += chunk) {
          const messages = wanted.slice(at, at + chunk)
          const last = messages.at(-1)
          if (last === undefined) break
          try {
            if (!(await onMessages(partition, messages, Number(last.offset) + 1))) end()
          } catch (thrown) {
            end(thrown)
          }
          if (isOver) return
          resolveOffset(last.offset)
          moved(partition, Number(last.offset) + 1)
          await heartbeat()
        }
      },
    })
    await over
  } finally {
    signal.removeEventListener('abort', onAbort)
    isOver = true
    clearTimeout(timer)
    await consumer.disconnect()
  }
}

/** So many messages are one transaction of a copy. */
const chunk = 500
