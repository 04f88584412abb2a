/**
 * Topic dataset-events for the columns that have DAGs waiting for datasets: all of its partitions, read once for those that were assigned together, each
 * column from its own positions on. A column that joins behind the others makes the reading begin again from there; the others skip what they have.
 * Decoding is done here, once: a record that is no good moves everybody's position and nothing else.
 */
import { ensureError } from '../core/errors.ts'
import type { Input } from '../core/events.ts'
import { readDatasetEvent } from '../platform/bus/dataset-event-record.ts'
import type { Incoming, Subscription } from '../platform/bus/port.ts'
import { makeDeadLetter } from '../platform/dead-letters.ts'
import type { OnFailed, Platform } from '../platform/platform.ts'
import { makeLearnFirst } from './learn-first.ts'

/** A record, and what it asks; null: it could not be read. */
export type OnDatasetRecord = (record: Incoming, input: Input | null) => void

export interface DatasetReader {
  /** The column is told of everything from these offsets on. */
  join(column: number, from: readonly number[], onRecord: OnDatasetRecord): void
  /** From the end as of now; answers where that is. */
  joinAtEnd(column: number, onRecord: OnDatasetRecord): Promise<readonly number[]>
  leave(column: number): void
  close(): Promise<void>
}

interface Member {
  /** By partition. */
  readonly next: number[]
  readonly onRecord: OnDatasetRecord
}

/** Columns of a lot take over within moments of each other. */
const togetherMs = 20

export const makeDatasetReader = (platform: Platform, onFailed: OnFailed): DatasetReader => {
  const { bus, clock, codec, log } = platform
  const topic = platform.topic('dataset-events')
  const members = new Map<number, Member>()
  /** How far each partition was told, in the present reading. */
  let told: number[] = []
  const letteredTo: number[] = []
  let reading: { subscription: Promise<Subscription> | null; isOver: boolean } | null = null
  let cancelSoon: (() => void) | null = null

  const tell = (record: Incoming, input: Input | null): void => {
    told[record.partition] = record.offset + 1
    for (const member of members.values()) {
      if (record.offset < (member.next[record.partition] ?? 0)) continue
      member.next[record.partition] = record.offset + 1
      member.onRecord(record, input)
    }
  }

  const refuse = (record: Incoming, error: Error): void => {
    if (record.offset >= (letteredTo[record.partition] ?? 0)) {
      letteredTo[record.partition] = record.offset + 1
      log.warn({ topic: record.topic, partition: record.partition, offset: record.offset }, `a dataset event goes to dead-letters: ${error.message}`)
      // Before the decisions that pass it: the single-flight bus keeps the order.
      bus.send([makeDeadLetter(platform, record, 'scheduler', error)]).catch((err) => log.error({ err: ensureError(err) }, 'dead letter not sent'))
    }
    tell(record, null)
  }

  const hand = (record: Incoming): void => {
    const { partition, offset } = record
    let input: Input
    try {
      const { event, source, number } = readDatasetEvent(codec, record)
      input = { kind: 'dataset_event', event, partition, offset, source, number }
    } catch (thrown) {
      return refuse(record, ensureError(thrown))
    }
    tell(record, input)
  }

  const begin = (): void => {
    stop()
    if (members.size === 0) return
    const start = Array.from(members.values(), ({ next }) => next).reduce((least, next) => least.map((offset, p) => Math.min(offset, next[p] ?? 0)))
    told = [...start]
    const mine: NonNullable<typeof reading> = { subscription: null, isOver: false }
    const learning = makeLearnFirst(platform, (record) => {
      if (!mine.isOver) hand(record)
    })
    mine.subscription = bus.subscribe({
      topics: [topic],
      assignment: { kind: 'all' },
      start: (_topic, partition) => start[partition] ?? 'beginning',
      onRecords: (records) => {
        if (!mine.isOver) records.forEach(learning.take)
      },
      onFailed: (error) => {
        if (!mine.isOver) onFailed(error)
      },
    })
    mine.subscription.catch((error) => {
      if (!mine.isOver) onFailed(ensureError(error))
    })
    reading = mine
  }

  const stop = (): void => {
    const ended = reading
    reading = null
    if (!ended) return
    ended.isOver = true
    ended.subscription?.then((open) => open.close()).catch((error) => log.debug({ err: ensureError(error) }, 'a reader of dataset events did not close'))
  }

  const beginSoon = (): void => {
    cancelSoon ??= clock.after(togetherMs, () => {
      cancelSoon = null
      begin()
    })
  }

  const join = (column: number, from: readonly number[], onRecord: OnDatasetRecord): void => {
    members.set(column, { next: [...from], onRecord })
    if (!reading || from.some((offset, p) => offset < (told[p] ?? 0))) beginSoon()
  }

  return {
    join,
    async joinAtEnd(column, onRecord) {
      const { partitions } = await bus.offsets(topic)
      const ends = partitions.map(({ high }) => high)
      join(column, ends, onRecord)
      return ends
    },
    leave(column) {
      members.delete(column)
      if (members.size === 0) stop()
    },
    async close() {
      cancelSoon?.()
      members.clear()
      const open = reading?.subscription
      if (reading) reading.isOver = true
      reading = null
      await open?.then((subscription) => subscription.close())
    },
  }
}
