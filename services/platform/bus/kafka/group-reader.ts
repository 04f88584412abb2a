/**
 * A topic of anybody's cluster, shared out among the members of a consumer group that keeps the positions: each with a note of its reader's own.
 * Here alone offsets are committed: what such a reader makes of its messages lies elsewhere and is safe before it commits.
 *
 * A share is what one generation of the group gave this member. Whatever belongs to an earlier one is void: its commits are not sent, and the
 * broker refuses those that were under way.
 */
import type { Admin, EachBatchPayload } from 'kafkajs'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import type { Incoming } from '../port.ts'
import { type Client, endlessRetry, type KafkaConfig, makeClient } from './client.ts'
import { errorType } from './error-type.ts'
import { incoming } from './incoming.ts'
import { brokerAnswers } from './open-kafka-bus.ts'

export interface SharedPartition {
  readonly partition: number
  readonly low: number
  readonly high: number
  /** Null: nobody has committed one. */
  readonly committed: number | null
  readonly note: string | null
}

export interface Share {
  /** This member's. */
  readonly partitions: readonly SharedPartition[]
  /** The whole topic's. */
  readonly all: readonly SharedPartition[]
}

export interface GroupReaderOptions {
  readonly group: string
  readonly topic: string
  /** A new share; answers where each of its partitions is read from. What came of the one before is void. */
  readonly onShare: (share: Share) => ReadonlyMap<number, number>
  /** The share is over; the next follows, or another member has it. */
  readonly onRevoked: () => void
  /** Of one partition, in order; `high` is the end of the partition. Must return at once. */
  readonly onRecords: (partition: number, records: readonly Incoming[], high: number) => void
  /** It cannot go on: open another one. */
  readonly onFailed: (error: Error) => void
}

export interface Commit {
  readonly partition: number
  readonly offset: number
  readonly note: string
}

export interface GroupReader {
  /** Rejects when the share is over, or the broker refuses: then it may or may not have happened. */
  commit(commits: readonly Commit[]): Promise<void>
  pause(partition: number): void
  resume(partition: number): void
  /** First and last offsets, as of now; rejects with `topic_mismatch` when the topic is gone, with `broker_unreachable` when nobody answers. */
  ends(): Promise<readonly { readonly partition: number; readonly low: number; readonly high: number }[]>
  close(): Promise<void>
}

/** A killed member is replaced after the session; a broker as it comes allows no shorter one. */
const pace = { sessionTimeout: 6000, heartbeatInterval: 1500, maxWaitTimeInMs: 1500, rebalanceTimeout: 10_000, metadataMaxAge: 30_000 } as const
const answerMs = 5000
const askRetry = { initialRetryTime: 100, maxRetryTime: 500, retries: 4 } as const
const leaveMs = 3000

/** Rejects with `topic_mismatch` when the topic is not there, with `broker_unreachable` when nobody answers. */
export const openGroupReader = async (config: KafkaConfig, options: GroupReaderOptions): Promise<GroupReader> => {
  if (!(await brokerAnswers(config, answerMs))) throw new MillraceError('broker_unreachable', `Kafka at ${config.brokers.join(', ')} does not answer`)
  // One of its own, and impatient: a client that knew a topic asks for it again and again when that is gone.
  const asking = makeClient({ ...config, retry: askRetry })
  asking.hush()
  const admin = asking.kafka.admin({ retry: askRetry })
  try {
    await admin.connect()
    await endsOf(admin, options.topic)
  } catch (thrown) {
    await admin.disconnect().catch(() => undefined) // the first error is the one to tell
    throw thrown
  }
  return startReader(makeClient(config), admin, options)
}

/** What the broker says to a member of an earlier generation. */
const outdated = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'])

const startReader = async (client: Client, admin: Admin, options: GroupReaderOptions): Promise<GroupReader> => {
  const { group, topic } = options
  const consumer = client.kafka.consumer({ groupId: group, allowAutoTopicCreation: false, retry: endlessRetry, ...pace })
  let over = false
  let generation = 0
  /** Next offset of each partition of the share that is being read. */
  let positions = new Map<number, number>()
  const paused = new Set<number>()

  const fail = (thrown: unknown): void => {
    if (over) return
    over = true
    options.onRevoked()
    options.onFailed(ensureError(thrown))
  }
  const revoke = (): void => {
    generation++
    positions = new Map()
    paused.clear()
    if (!over) options.onRevoked()
  }
  let markStarted = (): void => undefined
  const started = new Promise<void>((resolve) => {
    markStarted = resolve
  })
  const begin = async (partitions: readonly number[]): Promise<void> => {
    revoke()
    const mine = generation
    if (partitions.length === 0) return
    consumer.pause([{ topic, partitions: [...partitions] }])
    const all = await shareOf(admin, group, topic)
    await started
    if (mine !== generation || over) return
    const starts = options.onShare({ partitions: all.filter(({ partition }) => partitions.includes(partition)), all })
    positions = new Map(starts)
    for (const [partition, offset] of starts) consumer.seek({ topic, partition, offset: String(offset) })
    consumer.resume([{ topic, partitions: [...partitions] }])
  }
  const deliver = ({ batch, resolveOffset }: EachBatchPayload): void => {
    const position = positions.get(batch.partition)
    if (over || position === undefined) return
    const records = incoming(topic, batch.partition, batch.messages, position)
    const first = batch.messages[0]
    // kafkajs goes back to the beginning of its own accord when the position is out of range.
    if (first !== undefined && Number(batch.messages.at(-1)?.offset) < position && Number(batch.highWatermark) < position)
      return fail(
        new MillraceError(
          'position_lost',
          `${topic}/${batch.partition} ends at ${batch.highWatermark}, before our position ${position}: the topic was made anew`,
        ),
      )
    const last = records.at(-1)
    if (last === undefined) return
    positions.set(batch.partition, last.offset + 1)
    resolveOffset(String(last.offset))
    options.onRecords(batch.partition, records, Number(batch.highWatermark))
  }
  consumer.on('consumer.group_join', ({ payload }) => void begin(payload.memberAssignment[topic] ?? []).catch(fail))
  consumer.on('consumer.rebalancing', revoke)
  consumer.on('consumer.crash', ({ payload }) => (payload.restart ? revoke() : fail(payload.error)))
  consumer.on('consumer.stop', () => {
    if (!over) revoke()
  })
  let committed = 0
  consumer.on('consumer.commit_offsets', () => {
    committed++
  })

  /** One after the other: whether one has happened is counted. */
  let lastCommit: Promise<void> = Promise.resolve()
  const commitNow = async (commits: readonly Commit[], at: number): Promise<void> => {
    if (over || at !== generation) throw new MillraceError('shutting_down', 'the share of the partitions is over')
    const before = committed
    try {
      await consumer.commitOffsets(commits.map(({ partition, offset, note }) => ({ topic, partition, offset: String(offset), metadata: note })))
    } catch (thrown) {
      if (!outdated.has(errorType(thrown))) throw thrown
      throw new MillraceError('shutting_down', 'the group has shared the partitions out anew', { cause: thrown })
    }
    // kafkajs passes over the commit of a consumer that has stopped.
    if (committed === before || at !== generation) throw new MillraceError('shutting_down', 'the share of the partitions ended while a commit was under way')
  }

  const close = async (): Promise<void> => {
    over = true
    client.hush()
    const left = consumer.disconnect()
    client.cutFetches()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, leaveMs)
    })
    await Promise.race([Promise.allSettled([left, admin.disconnect()]), late]).finally(() => clearTimeout(timer))
  }
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async (payload) => deliver(payload) })
  } catch (thrown) {
    await close()
    throw thrown
  }
  setImmediate(markStarted) // who opened it has it by then
  return {
    commit(commits) {
      const at = generation
      const turn = lastCommit.then(() => commitNow(commits, at))
      lastCommit = turn.catch(() => undefined)
      return turn
    },
    pause(partition) {
      if (over || !positions.has(partition) || paused.has(partition)) return
      paused.add(partition)
      consumer.pause([{ topic, partitions: [partition] }])
    },
    resume(partition) {
      if (over || !paused.delete(partition)) return
      consumer.resume([{ topic, partitions: [partition] }])
    },
    ends: () => endsOf(admin, topic),
    close,
  }
}

const endsOf = async (admin: Admin, topic: string): Promise<{ partition: number; low: number; high: number }[]> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MillraceError('broker_unreachable', `no broker answered within ${answerMs / 1000} s`)), answerMs)
  })
  const asked = admin.fetchTopicMetadata({ topics: [topic] }).then(() => admin.fetchTopicOffsets(topic))
  asked.catch(() => undefined) // it may come too late for the race
  try {
    const found = await Promise.race([asked, late])
    return found.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
  } catch (thrown) {
    if (errorType(thrown) === 'UNKNOWN_TOPIC_OR_PARTITION') throw new MillraceError('topic_mismatch', `topic ${topic} does not exist`, { cause: thrown })
    if (thrown instanceof MillraceError) throw thrown
    throw new MillraceError('broker_unreachable', ensureError(thrown).message, { cause: thrown })
  } finally {
    clearTimeout(timer)
  }
}

const shareOf = async (admin: Admin, group: string, topic: string): Promise<SharedPartition[]> => {
  const [ends, groups] = await Promise.all([endsOf(admin, topic), admin.fetchOffsets({ groupId: group, topics: [topic] })])
  const committed = new Map(groups.flatMap(({ partitions }) => partitions.map((each) => [each.partition, each] as const)))
  return ends.map(({ partition, low, high }) => {
    const known = committed.get(partition)
    // -1: none. -2 was left by kafkajs when it went back to the beginning.
    const offset = Number(known?.offset ?? -1)
    return { partition, low, high, committed: offset === -2 ? low : offset < 0 ? null : offset, note: known?.metadata ?? null }
  })
}
