import type { Json } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import { type KafkaValueKind, kafkaValueKinds } from '../core/kafka-values.ts'
import { type Duration, durationMs } from '../core/normal-duration.ts'
import { type Kind, kinds, oneOf } from '../core/normal-kinds.ts'
import { defaultCluster, normalBatch, topicProblem, type Watch } from '../core/watch.ts'
import type { KafkaMessage } from './hooks/kafka/kafka-message.ts'
import { checkOptions, type OptionKinds } from './options.ts'

export interface WatchOptions<V = Json> {
  readonly topic: string
  /** Connection of type kafka. Default `kafka_default`: the brokers that Millrace runs on. */
  readonly cluster?: string
  /** How the values are read. Default `json`. One that cannot be read goes to dead-letters. */
  readonly value?: KafkaValueKind
  /**
   * Which messages count: a function, or an expression such as `"value.amount > 100"` over topic, partition, offset, timestamp, key, value, headers. It runs in
   * the triggerer, for every message of the topic: quick, and without side effects.
   */
  readonly filter?: string | ((message: KafkaMessage<V>) => boolean | Promise<boolean>)
  /** What the event carries: a function, or an expression that gives an object. Default: place, key and value of the message. At most 46 kB. */
  readonly extra?: string | ((message: KafkaMessage<V>) => object | Promise<object>)
  /**
   * `'each'` (default): one event for each message. `{ count, within }`: one for so many messages of one partition, or for what came so long after the first
   * of them, and no more than 46 kB of extras; its extra is `{ topic, partition, firstOffset, lastOffset, count, messages: [the extra of each] }`.
   */
  readonly batch?: 'each' | { readonly count?: number; readonly within?: Duration }
}

/** The functions of a watch. */
export interface WatchCode {
  // biome-ignore lint/suspicious/noExplicitAny: its author knows the type of the values
  readonly filter?: (message: KafkaMessage<any>) => unknown
  // biome-ignore lint/suspicious/noExplicitAny: the same
  readonly extra?: (message: KafkaMessage<any>) => unknown
}

const watchMark = Symbol.for('millrace.watch')

/** What makes a dataset of messages: the second argument of `dataset`. */
export interface TopicWatch {
  readonly [watchMark]: { readonly data: Omit<Watch, 'uri'>; readonly code: WatchCode }
}

export const isTopicWatch = (value: unknown): value is TopicWatch => typeof value === 'object' && value !== null && watchMark in value

const judge: Kind = {
  says: 'a function, or an expression such as "value.amount > 100"',
  holds: (value) => typeof value === 'function' || kinds.nonEmpty.holds(value),
}
const watchKinds: OptionKinds<WatchOptions> = {
  topic: kinds.nonEmpty,
  cluster: kinds.nonEmpty,
  value: oneOf(...kafkaValueKinds),
  filter: judge,
  extra: judge,
  batch: { says: "'each' or { count, within }", holds: (value) => value === 'each' || kinds.object.holds(value) },
}

/**
 * Makes a dataset whose events are the messages of a Kafka topic, for a DAG that has it as its schedule.
 * @example
 * const orders = dataset('kafka://orders', watch({ topic: 'orders', filter: ({ value }) => value.amount > 100 }))
 * dag('big_orders', { schedule: orders, events: 'each' }, () => void task('handle', ({ triggeringDatasetEvents }) => handle(triggeringDatasetEvents)))
 */
export const watch = <V = Json>(options: WatchOptions<V>): TopicWatch => {
  checkOptions('watch()', options, watchKinds)
  const { topic, cluster = defaultCluster, value = 'json', filter, extra } = options
  const wrongTopic = topicProblem(topic)
  if (wrongTopic !== null) throw new MillraceError('bad_option', `watch(): topic ${wrongTopic}`)
  const { batch: given = 'each' } = options
  const batch = normalBatch(
    given === 'each' ? given : { ...given, within: given.within === undefined ? undefined : (durationMs(given.within) ?? given.within) },
  )
  if (typeof batch === 'string' && batch !== 'each') throw new MillraceError('bad_option', `watch(): batch ${batch}`)
  const code: WatchCode = { ...(typeof filter === 'function' ? { filter } : {}), ...(typeof extra === 'function' ? { extra } : {}) }
  return Object.freeze({
    [watchMark]: Object.freeze({
      data: Object.freeze({
        topic,
        cluster,
        value,
        batch: batch as Watch['batch'],
        filter: typeof filter === 'string' ? filter : null,
        extra: typeof extra === 'string' ? extra : null,
        needsCode: Object.keys(code).length > 0,
      }),
      code: Object.freeze(code),
    }),
  })
}

export const watchData = (made: TopicWatch): Omit<Watch, 'uri'> => made[watchMark].data
export const watchCode = (made: TopicWatch): WatchCode => made[watchMark].code
