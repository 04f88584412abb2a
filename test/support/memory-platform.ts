import { type TopicName, type TopicSpec, topics } from '../../schemas/topics.ts'
import { makeLocalCodec } from '../../services/platform/bus/local-codec.ts'
import { type MemoryBroker, makeMemoryBroker } from '../../services/platform/bus/memory/memory-broker.ts'
import { type MemoryBus, openMemoryBus } from '../../services/platform/bus/memory/open-memory-bus.ts'
import { type Clock, systemClock } from '../../services/platform/clock.ts'
import { type Logger, makeLog } from '../../services/platform/log.ts'
import type { Platform } from '../../services/platform/platform.ts'

export interface MemoryPlatform extends Platform {
  readonly bus: MemoryBus
  readonly broker: MemoryBroker
}

export interface MemoryPlatformOptions {
  /** Shared by the platforms of several services of one installation; a new one by default. */
  readonly broker?: MemoryBroker
  /** Name of the process on the broker; give each its own when they share one. */
  readonly name?: string
  readonly clock?: Clock
  readonly columns?: number
  readonly newId?: () => string
  readonly log?: Logger
}

const prefix = 'test.'
let idCount = 0

/** A platform without servers: the memory twin of the bus with all topics made, the local codec, a silent log, ids that count. */
export const makeMemoryPlatform = (options: MemoryPlatformOptions = {}): MemoryPlatform => {
  const { name = 'test', clock = systemClock, columns = 4, log = makeLog(name, 'silent') } = options
  const broker = options.broker ?? makeMemoryBroker({ now: clock.now })
  const topic = (topicName: TopicName): string => `${prefix}${topicName}`
  broker.ensureTopics(
    (Object.entries(topics) as [TopicName, TopicSpec][]).map(([topicName, { partitions }]) => ({
      topic: topic(topicName),
      partitions: partitions === 'columns' ? columns : partitions,
      config: {},
    })),
  )
  return {
    bus: openMemoryBus(broker, name),
    broker,
    codec: makeLocalCodec(),
    clock,
    log,
    columns,
    topic,
    newId: options.newId ?? (() => `00000000-0000-4000-8000-${String(++idCount).padStart(12, '0')}`),
  }
}
