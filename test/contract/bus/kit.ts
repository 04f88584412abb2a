import { randomUUID } from 'node:crypto'
import type { Bus, Incoming, Outgoing, Start, SubscribeOptions, Subscription } from '../../../services/platform/bus/port.ts'
import { type Collector, collectRecords, makeCollector } from '../../support/collect.ts'

/** What the bodies of the contract work with. */
export interface Kit {
  readonly bus: Bus
  /** Another bus (as of another process) on the same broker. */
  open(): Promise<Bus>
  newTopic(partitions: number, config?: Record<string, string>): Promise<string>
  record(topic: string, partition: number, value: string | null, key?: string): Outgoing
  /** Subscribes to all of a topic and collects. */
  readAll(topic: string, start: Start | ((partition: number) => Start), extra?: Partial<SubscribeOptions>): Promise<Reading>
}

export interface Reading {
  readonly records: Collector<Incoming>
  readonly failures: Collector<Error>
  readonly subscription: Subscription
}

export const text = (value: Buffer | null): string | null => value?.toString() ?? null

export const makeKit = (bus: () => Bus, open: () => Promise<Bus>): Kit => ({
  get bus() {
    return bus()
  },
  open,
  newTopic: async (partitions, config = {}) => {
    const topic = `contract-${randomUUID()}`
    await bus().ensureTopics([{ topic, partitions, config }])
    return topic
  },
  record: (topic, partition, value, key = 'k') => ({ topic, partition, key, value: value === null ? null : Buffer.from(value) }),
  readAll: async (topic, start, extra = {}) => {
    const records = collectRecords()
    const failures = makeCollector<Error>(String)
    const subscription = await bus().subscribe({
      topics: [topic],
      assignment: { kind: 'all' },
      start: (_, partition) => (typeof start === 'function' ? start(partition) : start),
      onRecords: (batch) => records.note(...batch),
      onFailed: (error) => failures.note(error),
      ...extra,
    })
    return { records, failures, subscription }
  },
})
