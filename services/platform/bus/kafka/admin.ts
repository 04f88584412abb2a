import type { Admin } from 'kafkajs'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import type { Logger } from '../../log.ts'
import type { CreateTopic, TopicState } from '../port.ts'
import { topicDifferences } from '../topic-differences.ts'
import { type Client, endlessRetry } from './client.ts'
import { patiently } from './patiently.ts'

export interface BusAdmin {
  /** Rejects with `topic_mismatch` for a topic that does not exist. Asked once per topic. */
  partitionCount(topic: string): Promise<number>
  offsets(topic: string, sinceMs?: number): Promise<TopicState>
  ensureTopics(topics: readonly CreateTopic[]): Promise<ReadonlyMap<string, readonly string[]>>
  deleteRecords(topic: string, partition: number, before: number): Promise<void>
  /** Whether a broker answers within the time. */
  answers(withinMs: number): Promise<boolean>
  close(): Promise<void>
}

const topicResource = 2
const pauseMs = 300
/** Answers that no patience changes. */
const lasting = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_PARTITIONS',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_CONFIG',
  'POLICY_VIOLATION',
  'CLUSTER_AUTHORIZATION_FAILED',
])

const isLasting = (thrown: unknown): boolean => {
  const { type, errors } = thrown as { type?: string; errors?: readonly unknown[] }
  return lasting.has(type ?? '') || (errors ?? []).some(isLasting)
}

/** One connection for all questions about topics. Calls go one at a time: kafkajs' admin forgets one call's metadata while it serves another. */
export const openAdmin = async (client: Client, log: Logger): Promise<BusAdmin> => {
  const admin = client.kafka.admin({ retry: endlessRetry })
  await patiently(() => admin.connect())
  let closing = false
  let last: Promise<unknown> = Promise.resolve()
  const partitions = new Map<string, number>()

  const untilAnswered = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    for (;;) {
      if (closing) throw new MillraceError('shutting_down', `the bus is closing: ${what} was not answered`)
      try {
        return await call()
      } catch (thrown) {
        if (thrown instanceof MillraceError || isLasting(thrown)) throw thrown
        log.debug({ error: ensureError(thrown).message }, `${what} failed; asking again`)
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }
  const inTurn = <T>(what: string, call: () => Promise<T>): Promise<T> => {
    const turn = last.then(() => untilAnswered(what, call))
    last = turn.catch(() => undefined)
    return turn
  }

  const missing = (topic: string): MillraceError =>
    new MillraceError(
      'topic_mismatch',
      `topic ${topic} does not exist on the broker: run the migration step (millrace migrate), or check MILLRACE_TOPIC_PREFIX`,
    )
  const count = async (topic: string): Promise<number> => {
    const known = partitions.get(topic)
    if (known !== undefined) return known
    const found = await visiblePartitions(admin, topic)
    if (found === 0) throw missing(topic)
    partitions.set(topic, found)
    return found
  }
  const offsets = async (topic: string, sinceMs?: number): Promise<TopicState> => {
    await count(topic)
    const since = new Map<number, number>()
    if (sinceMs !== undefined)
      for (const { partition, offset } of await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, Math.floor(sinceMs))))
        since.set(partition, Number(offset))
    const found = await admin.fetchTopicOffsets(topic)
    const state = found.map(({ partition, low, high }) => {
      const from = since.get(partition)
      return { partition, low: Number(low), high: Number(high), ...(from === undefined ? {} : { since: from }) }
    })
    return { partitions: state.sort((a, b) => a.partition - b.partition) }
  }

  return {
    partitionCount: async (topic) => partitions.get(topic) ?? inTurn(`the partitions of ${topic}`, () => count(topic)),
    offsets: (topic, sinceMs) => inTurn(`the offsets of ${topic}`, () => offsets(topic, sinceMs)),
    ensureTopics: (topics) => inTurn('the creation of topics', () => ensureTopics(admin, topics)),
    deleteRecords: (topic, partition, before) =>
      inTurn(`the deletion of records of ${topic}`, async () => {
        const state = (await offsets(topic)).partitions.find((p) => p.partition === partition)
        if (!state) throw new MillraceError('topic_mismatch', `topic ${topic} has no partition ${partition}`)
        if (before > state.high)
          throw new MillraceError('position_lost', `${topic}/${partition} ends at ${state.high}: records up to ${before} cannot be deleted`)
        if (before > state.low) await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] })
      }),
    async answers(withinMs) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), withinMs)
      })
      const answered = admin.describeCluster().then(
        () => true,
        () => false,
      )
      return Promise.race([answered, late]).finally(() => clearTimeout(timer))
    },
    async close() {
      closing = true
      await Promise.race([admin.disconnect(), new Promise<void>((resolve) => setTimeout(resolve, 1000).unref())])
    },
  }
}

const visibleTries = 5
const visiblePauseMs = 60

/** A broker learns of a topic a little after the controller made it, so one that is not there is looked for again; 0: it is not there. */
const visiblePartitions = async (admin: Admin, topic: string): Promise<number> => {
  for (let tries = 1; ; tries++) {
    const found = await admin.fetchTopicMetadata({ topics: [topic] }).then(
      ({ topics }) => topics[0]?.partitions.length ?? 0,
      (thrown: { type?: string }) => {
        if (thrown.type === 'UNKNOWN_TOPIC_OR_PARTITION') return 0
        if (thrown.type === 'INVALID_TOPIC_EXCEPTION') return -1
        throw thrown
      },
    )
    if (found !== 0 || tries === visibleTries) return Math.max(found, 0)
    await new Promise((resolve) => setTimeout(resolve, visiblePauseMs))
  }
}

const ensureTopics = async (admin: Admin, asked: readonly CreateTopic[]): Promise<ReadonlyMap<string, readonly string[]>> => {
  const has = new Map((await admin.fetchTopicMetadata()).topics.map((t) => [t.name, t.partitions.length]))
  const missing = asked.filter(({ topic }) => !has.has(topic))
  const present = asked.filter(({ topic }) => has.has(topic))
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(({ topic, partitions, config }) => ({
        topic,
        numPartitions: partitions,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
    })
  }
  for (const { topic } of missing) if ((await visiblePartitions(admin, topic)) === 0) throw new Error(`topic ${topic} was created and is not to be seen yet`)
  const differing = present.filter(({ config }) => Object.keys(config).length > 0)
  const config = new Map<string, Record<string, string>>()
  if (differing.length > 0) {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: differing.map(({ topic, config }) => ({ type: topicResource, name: topic, configNames: Object.keys(config) })),
    })
    for (const { resourceName, configEntries } of resources)
      config.set(resourceName, Object.fromEntries(configEntries.map((e) => [e.configName, e.configValue])))
  }
  return new Map(
    present.map((topic) => [topic.topic, topicDifferences(topic, { partitions: has.get(topic.topic) ?? 0, config: config.get(topic.topic) ?? {} })]),
  )
}
