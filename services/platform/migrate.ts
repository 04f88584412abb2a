/**
 * The one migration step: topics from schemas/topics.ts, then schemas. Idempotent; run it before the services of a release start.
 * What exists is never changed: a topic with other partitions or another way to lose records is refused (`topic_mismatch`), since the columns'
 * meaning and the journal's completeness hang on them; other settings that an operator tuned are only mentioned.
 */
import { type Cleanup, maxMessageBytes, type TopicName, type TopicSpec, topics } from '../../schemas/topics.ts'
import { MillraceError } from '../core/errors.ts'
import { atMost } from './bus/at-most.ts'
import { type BusAdmin, openAdmin } from './bus/kafka/admin.ts'
import { type KafkaConfig, makeClient } from './bus/kafka/client.ts'
import { brokerAnswers } from './bus/kafka/open-kafka-bus.ts'
import type { CreateTopic } from './bus/port.ts'
import { makeRegistryClient } from './bus/registry-client.ts'
import { type Subject, subjectsOf } from './bus/subjects.ts'
import type { CommonConfig } from './config-common.ts'
import type { Logger } from './log.ts'
import { untilAnswered } from './open-platform.ts'

const registryCallsAtOnce = 4
const answerMs = 2000

/** Creates what is missing on the broker and in the registry. Rejects with `topic_mismatch` or `incompatible_schema`. */
export const migrate = async (config: CommonConfig, log: Logger): Promise<void> => {
  const kafka: KafkaConfig = { brokers: config.brokers, clientId: 'millrace-migrate', log }
  const registry = makeRegistryClient(config.registryUrl)
  await Promise.all([
    untilAnswered(`Kafka at ${config.brokers.join(', ')} (KAFKA_BROKERS)`, () => brokerAnswers(kafka, answerMs), log),
    untilAnswered(`the schema registry at ${config.registryUrl} (SCHEMA_REGISTRY_URL)`, () => registry.answers(answerMs), log),
  ])
  await Promise.all([migrateTopics(config, kafka, log), migrateSchemas(registry, subjectsOf(config.topicPrefix))])
}

/** Sets each subject's compatibility before its first version, then registers this release's schema. */
export const migrateSchemas = async (
  registry: Pick<ReturnType<typeof makeRegistryClient>, 'setCompatibility' | 'register'>,
  subjects: readonly Subject[],
): Promise<void> => {
  await atMost(registryCallsAtOnce, subjects, async (subject) => {
    await registry.setCompatibility(subject)
    await registry.register(subject)
  })
}

const migrateTopics = async (config: CommonConfig, kafka: KafkaConfig, log: Logger): Promise<void> => {
  const client = makeClient(kafka)
  const admin = await openAdmin(client, log)
  try {
    await createTopics(admin, config, log)
  } finally {
    client.hush()
    await admin.close()
  }
}

const createTopics = async (admin: Pick<BusAdmin, 'ensureTopics'>, config: CommonConfig, log: Logger): Promise<void> => {
  const wanted = wantedTopics(config)
  const differences = [...(await admin.ensureTopics(wanted.map((w) => w.full)))].filter(([, words]) => words.length > 0)
  if (differences.length === 0) return
  const differing = new Map(differences)
  const grave = [...(await admin.ensureTopics(wanted.filter((w) => differing.has(w.full.topic)).map((w) => w.binding)))].filter(([, words]) => words.length > 0)
  if (grave.length > 0) {
    const places = grave.map(([topic, words]) => `  topic ${topic}: ${words.join('; ')}`).join('\n')
    throw new MillraceError(
      'topic_mismatch',
      `topics exist that Millrace cannot use as they are:\n${places}\nSet MILLRACE_COLUMNS to the partitions they have, use another MILLRACE_TOPIC_PREFIX, or change or delete the topics (deleting loses their history)`,
    )
  }
  for (const [topic, words] of differences) log.warn({ topic }, `topic ${topic} is not set as Millrace would: ${words.join('; ')}`)
}

interface WantedTopic {
  readonly full: CreateTopic
  /** Only what must be so. */
  readonly binding: CreateTopic
}

const wantedTopics = ({ topicPrefix, columns }: CommonConfig): readonly WantedTopic[] =>
  (Object.entries(topics) as [TopicName, TopicSpec][]).map(([name, spec]) => {
    const at = { topic: `${topicPrefix}${name}`, partitions: spec.partitions === 'columns' ? columns : spec.partitions }
    return {
      full: { ...at, config: { ...cleanupConfig[spec.cleanup](spec), ...compression(spec), 'max.message.bytes': String(maxMessageBytes) } },
      binding: { ...at, config: bindingConfig[spec.cleanup] },
    }
  })

const hourMs = 3_600_000

/** Tables stay short by small segments, since the newest is never compacted; a tombstone stays a day for readers that were away. */
const cleanupConfig: Readonly<Record<Cleanup, (spec: TopicSpec) => Record<string, string>>> = {
  compact: () => ({
    'cleanup.policy': 'compact',
    'segment.ms': String(hourMs),
    'segment.bytes': '16777216',
    'min.cleanable.dirty.ratio': '0.1',
    'delete.retention.ms': String(24 * hourMs),
  }),
  delete: (spec) => ({ 'cleanup.policy': 'delete', 'retention.ms': String(spec.retentionMs ?? 7 * 24 * hourMs) }),
  // Stamped by the broker: by that the scheduler knows when its own clock is off.
  owner: () => ({ 'cleanup.policy': 'delete', 'retention.ms': '-1', 'message.timestamp.type': 'LogAppendTime' }),
}

/** Other systems' producers like lz4, snappy and zstd, which our client cannot read: the broker unpacks. Ours compress nothing, so it leaves them alone. */
const compression = (spec: TopicSpec): Record<string, string> => (spec.public ? { 'compression.type': 'uncompressed' } : {})

const bindingConfig: Readonly<Record<Cleanup, Record<string, string>>> = {
  compact: { 'cleanup.policy': 'compact' },
  delete: { 'cleanup.policy': 'delete' },
  owner: { 'cleanup.policy': 'delete', 'retention.ms': '-1' },
}
