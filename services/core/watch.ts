/** A dataset whose events are the messages of a topic (SEMANTICS 6): plain data in the DAG's definition, read by the triggerer's watchers. */
import { uriProblem } from '../../schemas/dataset-event.ts'
import { type KafkaValueKind, kafkaValueKinds } from './kafka-values.ts'
import { durationMs } from './normal-duration.ts'
import { kinds, shown } from './normal-kinds.ts'
import { didYouMean } from './normal-names.ts'
import { isRecord } from './normal-problems.ts'

export interface Watch {
  /** The dataset. */
  readonly uri: string
  readonly topic: string
  /** Id of the connection: `kafka_default` is the installation's own brokers. */
  readonly cluster: string
  readonly value: KafkaValueKind
  /** One event for each message, or for so many of one partition, or for what came so long after the first. */
  readonly batch: 'each' | { readonly count: number; readonly withinMs: number }
  /** Expression over topic, partition, offset, timestamp, key, value, headers: which messages count. Null: all of them, or the code says. */
  readonly filter: string | null
  /** Expression that gives the event's `extra`, an object. Null: place, key and value of the message, or the code says. */
  readonly extra: string | null
  /** Its filter or extra is a function in the DAG's code bundle. */
  readonly needsCode: boolean
}

export const maxBatchCount = 10_000
const fieldNames = ['uri', 'topic', 'cluster', 'value', 'batch', 'filter', 'extra', 'needsCode']
const batchNames = ['count', 'withinMs', 'within']
export const defaultCluster = 'kafka_default'
const defaultWithinMs = 60_000

/** What Kafka allows. */
export const topicProblem = (topic: unknown): string | null =>
  typeof topic === 'string' && /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/.test(topic)
    ? null
    : `must be the name of a topic (letters, digits, dots, dashes, underscores, at most 249), not ${shown(topic)}`

/** A watch with its defaults, or what is wrong with which of its fields. */
export const normalWatch = (given: unknown): Watch | { readonly at: string; readonly says: string } => {
  if (!isRecord(given)) return { at: '', says: `must be an object with uri and topic, not ${shown(given)}` }
  const unknown = Object.keys(given).find((name) => !fieldNames.includes(name))
  if (unknown !== undefined) return { at: '', says: `there is no field '${unknown}'${didYouMean(unknown, fieldNames)}` }
  const { uri, topic, cluster = defaultCluster, value = 'json', filter = null, extra = null, needsCode = false } = given
  const wrongUri = uriProblem(uri)
  if (wrongUri !== null) return { at: '.uri', says: wrongUri }
  const wrongTopic = topicProblem(topic)
  if (wrongTopic !== null) return { at: '.topic', says: wrongTopic }
  if (typeof cluster !== 'string' || !/^[\w.-]{1,200}$/.test(cluster)) return { at: '.cluster', says: `must be the id of a connection, not ${shown(cluster)}` }
  if (!kafkaValueKinds.includes(value as KafkaValueKind)) return { at: '.value', says: `must be one of ${kafkaValueKinds.join(', ')}, not ${shown(value)}` }
  const batch = normalBatch(given.batch ?? 'each')
  if (typeof batch === 'string' && batch !== 'each') return { at: '.batch', says: batch }
  for (const [name, text] of Object.entries({ filter, extra }))
    if (text !== null && !kinds.nonEmpty.holds(text)) return { at: `.${name}`, says: `must be an expression such as "value.amount > 100", not ${shown(text)}` }
  if (typeof needsCode !== 'boolean') return { at: '.needsCode', says: `must be true or false, not ${shown(needsCode)}` }
  return {
    uri: uri as string,
    topic: topic as string,
    cluster,
    value: value as KafkaValueKind,
    batch: batch as Watch['batch'],
    filter: filter as string | null,
    extra: extra as string | null,
    needsCode,
  }
}

/** The batch, or what is wrong with it. */
export const normalBatch = (given: unknown): Watch['batch'] | string => {
  if (given === 'each') return 'each'
  if (!isRecord(given)) return `must be 'each' or { count, within }, not ${shown(given)}`
  const unknown = Object.keys(given).find((name) => !batchNames.includes(name))
  if (unknown !== undefined) return `there is no field '${unknown}'${didYouMean(unknown, ['count', 'within'])}`
  const count = given.count ?? maxBatchCount
  if (!kinds.positive.holds(count) || Number(count) > maxBatchCount) return `count must be a whole number from 1 to ${maxBatchCount}, not ${shown(count)}`
  const withinMs = durationMs(given.withinMs ?? given.within ?? defaultWithinMs)
  if (withinMs === null || withinMs < 1) return `within must be ${kinds.timeout.says}`
  return { count: Number(count), withinMs }
}
