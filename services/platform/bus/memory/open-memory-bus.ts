import { MillraceError } from '../../../core/errors.ts'
import { Partitioners } from '../kafka/kafkajs.ts'
import type { Ack, Bus, Outgoing } from '../port.ts'
import { maxRecordBytes, sizeOf } from '../record-size.ts'
import type { MemoryBroker } from './memory-broker.ts'
import { type MemorySubscription, openMemorySubscription } from './memory-subscription.ts'

export interface MemoryBus extends Bus {
  /** What kill -9 does: what is queued is lost, no promise settles, nothing is called any more. `broker.expire(name)` ends its sessions. */
  crash(): void
}

interface Call {
  readonly records: readonly Outgoing[]
  readonly resolve: (acks: readonly Ack[]) => void
}

/** A bus of one process on a broker in memory. Like the Kafka driver it has one batch under way at a time. */
export const openMemoryBus = (broker: MemoryBroker, name: string): MemoryBus => {
  const choose = Partitioners.DefaultPartitioner()
  const subscriptions = new Set<MemorySubscription>()
  let subscriptionCount = 0
  let queue: Call[] = []
  let isSending = false
  let isClosing = false
  let isDead = false
  let drained: (() => void) | undefined

  const partitionOf = ({ topic, partition, key }: Outgoing): number => {
    const { partitions } = broker.topic(topic)
    if (partition === undefined)
      return choose({
        topic,
        partitionMetadata: partitions.map((_, i) => ({ partitionErrorCode: 0, partitionId: i, leader: 0, replicas: [], isr: [] })),
        message: { key, value: null },
      })
    if (!(partition >= 0 && partition < partitions.length))
      throw new MillraceError('topic_mismatch', `topic ${topic} has ${partitions.length} partitions: a record for partition ${partition} cannot be sent`)
    return partition
  }

  const sendNext = (): void => {
    if (queue.length === 0) {
      isSending = false
      drained?.()
      return
    }
    isSending = true
    const batch = queue
    queue = []
    let isAckScheduled = false
    const acks: (readonly Ack[])[] = []
    const ack = (): void => {
      if (isDead) return
      for (const [i, { resolve }] of batch.entries()) resolve(acks[i] ?? [])
      sendNext()
    }
    const append = (): void => {
      for (const [i, { records }] of batch.entries())
        acks[i] = records.map((record) => {
          const partition = partitionOf(record)
          return { topic: record.topic, partition, offset: broker.append(record, partition) }
        })
      if (isAckScheduled) return
      isAckScheduled = true
      broker.schedule({ kind: 'ack', bus: name, run: once(ack) })
    }
    broker.schedule({ kind: 'append', bus: name, run: append })
  }

  return {
    async send(records) {
      for (const record of records) {
        const bytes = sizeOf(record)
        if (bytes > maxRecordBytes)
          throw new MillraceError('too_big', `a record of ${bytes} bytes for topic ${record.topic} (key ${record.key}): the limit is ${maxRecordBytes} bytes`)
        partitionOf(record)
      }
      if (isClosing) throw new MillraceError('shutting_down', 'the bus is closing: nothing more can be sent')
      if (records.length === 0) return []
      return new Promise((resolve) => {
        if (isDead) return
        queue.push({ records, resolve })
        if (!isSending) sendNext()
      })
    },
    async subscribe(options) {
      if (isClosing) throw new MillraceError('shutting_down', 'the bus is closing: no new subscription')
      const subscription = openMemorySubscription(broker, name, `${name}-${++subscriptionCount}`, options)
      subscriptions.add(subscription)
      await subscription.joined
      return {
        close: () => {
          subscriptions.delete(subscription)
          return subscription.close()
        },
      }
    },
    offsets: async (topic, sinceMs) => broker.offsets(topic, sinceMs),
    ensureTopics: async (topics) => broker.ensureTopics(topics),
    deleteRecords: async (topic, partition, before) => broker.deleteRecords(topic, partition, before),
    async close() {
      if (isClosing || isDead) return
      isClosing = true
      for (const subscription of subscriptions) await subscription.close()
      if (isSending)
        await new Promise<void>((resolve) => {
          drained = resolve
        })
    },
    crash() {
      isDead = true
      queue = []
      for (const subscription of subscriptions) subscription.crash()
    },
  }
}

const once = (call: () => void): (() => void) => {
  let isCalled = false
  return () => {
    if (isCalled) return
    isCalled = true
    call()
  }
}
