/**
 * A broker in memory, shared by several buses (`openMemoryBus`). Everything that a network would do later goes through `schedule` as a step: a
 * simulator may run steps in any order it likes among different buses, late, never (a lost answer, a dead process) or twice (an append that a new
 * producer repeats). Without one, steps run soon and in order.
 */
import { MillraceError } from '../../../core/errors.ts'
import type { CreateTopic, Outgoing, TopicState } from '../port.ts'
import { topicDifferences } from '../topic-differences.ts'
import { type MemoryGroup, makeMemoryGroup } from './memory-group.ts'
import { type MemoryLog, makeMemoryLog } from './memory-log.ts'

export interface Step {
  /** `append`: a batch reaches the log; `ack`: its answer comes back; `records`, `assigned`: a consumer hears of them. */
  readonly kind: 'append' | 'ack' | 'records' | 'assigned'
  /** The bus that it belongs to. */
  readonly bus: string
  readonly run: () => void
}

export interface MemoryBrokerOptions {
  readonly schedule?: (step: Step) => void
  /** Timestamps of records. */
  readonly now?: () => number
}

export interface MemoryTopic {
  readonly partitions: readonly MemoryLog[]
  readonly config: Readonly<Record<string, string>>
}

export interface MemoryBroker {
  readonly schedule: (step: Step) => void
  /** Rejects with `topic_mismatch` as the Kafka driver does. */
  topic(name: string): MemoryTopic
  append(record: Outgoing, partition: number): number
  offsets(topic: string, sinceMs?: number): TopicState
  ensureTopics(topics: readonly CreateTopic[]): ReadonlyMap<string, readonly string[]>
  deleteRecords(topic: string, partition: number, before: number): void
  /** Compacts a topic now. */
  compact(topic: string): void
  group(name: string): MemoryGroup
  /** What a session time-out does: a crashed bus' members leave their groups. */
  expire(bus: string): void
  /** A bus that lived on learns of its session time-out, and its members join again. */
  rejoin(bus: string): void
  /** Called after each append; the returned function ends it. */
  onAppended(listener: (topic: string, partition: number) => void): () => void
}

const runSoon = (step: Step): void => {
  if (step.kind === 'records') setImmediate(step.run)
  else queueMicrotask(step.run)
}

export const makeMemoryBroker = ({ schedule = runSoon, now = Date.now }: MemoryBrokerOptions = {}): MemoryBroker => {
  const topics = new Map<string, MemoryTopic>()
  const groups = new Map<string, MemoryGroup>()
  const listeners = new Set<(topic: string, partition: number) => void>()

  const topic = (name: string): MemoryTopic => {
    const found = topics.get(name)
    if (!found)
      throw new MillraceError(
        'topic_mismatch',
        `topic ${name} does not exist on the broker: run the migration step (millrace migrate), or check MILLRACE_TOPIC_PREFIX`,
      )
    return found
  }
  const log = (name: string, partition: number): MemoryLog => {
    const found = topic(name).partitions[partition]
    if (!found) throw new MillraceError('topic_mismatch', `topic ${name} has ${topic(name).partitions.length} partitions: there is no partition ${partition}`)
    return found
  }

  return {
    schedule,
    topic,
    append(record, partition) {
      const offset = log(record.topic, partition).append({
        topic: record.topic,
        partition,
        timestamp: now(),
        key: record.key,
        value: record.value,
        headers: record.headers ?? {},
      })
      for (const listener of listeners) listener(record.topic, partition)
      return offset
    },
    offsets: (name, sinceMs) => ({
      partitions: topic(name).partitions.map((part, partition) => {
        const { low, high } = part
        return { partition, low, high, ...(sinceMs === undefined ? {} : { since: part.since(sinceMs) }) }
      }),
    }),
    ensureTopics(asked) {
      const differences = new Map<string, readonly string[]>()
      for (const wanted of asked) {
        const has = topics.get(wanted.topic)
        if (has) differences.set(wanted.topic, topicDifferences(wanted, { partitions: has.partitions.length, config: has.config }))
        else topics.set(wanted.topic, { partitions: Array.from({ length: wanted.partitions }, makeMemoryLog), config: wanted.config })
      }
      return differences
    },
    deleteRecords(name, partition, before) {
      const { high } = log(name, partition)
      if (before > high) throw new MillraceError('position_lost', `${name}/${partition} ends at ${high}: records up to ${before} cannot be deleted`)
      log(name, partition).deleteBefore(before)
    },
    compact(name) {
      for (const partition of topic(name).partitions) partition.compact()
    },
    group(name) {
      const found = groups.get(name) ?? makeMemoryGroup(schedule)
      groups.set(name, found)
      return found
    },
    expire(bus) {
      for (const group of groups.values()) group.expire(bus)
    },
    rejoin(bus) {
      for (const group of groups.values()) group.rejoin(bus)
    },
    onAppended(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
