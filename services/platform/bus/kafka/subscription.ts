import type { ConsumerConfig, EachBatchPayload, PartitionAssigner } from 'kafkajs'
import { ensureError, MillraceError } from '../../../core/errors.ts'
import type { Logger } from '../../log.ts'
import type { SubscribeOptions, Subscription, TopicState } from '../port.ts'
import { assignerFor } from './assigners.ts'
import { type Client, endlessRetry } from './client.ts'
import { incoming } from './incoming.ts'
import { patiently } from './patiently.ts'
import { makePositions } from './positions.ts'
import type { Watchdog } from './watchdog.ts'

/**
 * `guarded` is `fast` on a broker as it comes, which allows no session under 6 s (group.min.session.timeout.ms). A session is also how long a group waits
 * for a member whose answer to its first JoinGroup was lost: with 30 s a service stood still for as long after a cut connection.
 * kafkajs beats only between two fetches: `maxWaitTimeInMs` is a little more than a beat's interval, for a beat after each one of a quiet topic.
 */
const paces = {
  fast: { sessionTimeout: 3000, heartbeatInterval: 640, maxWaitTimeInMs: 660, rebalanceTimeout: 10_000 },
  guarded: { sessionTimeout: 6000, heartbeatInterval: 1280, maxWaitTimeInMs: 1300, rebalanceTimeout: 10_000 },
  calm: { sessionTimeout: 10_000, heartbeatInterval: 3000, maxWaitTimeInMs: 4000, rebalanceTimeout: 10_000 },
} as const satisfies Record<string, Partial<ConsumerConfig>>

const silentMs = 30_000
const leaveMs = 2000
const subscribeTries = 100

export type Pace = keyof typeof paces

/** The broker does not allow sessions as short as this pace has them. */
export class SessionRefused extends Error {}

export interface SubscriptionParts {
  readonly client: Client
  readonly log: Logger
  readonly pace: Pace
  readonly watchdog: Watchdog
  /** For a group of one: a name that no other has. */
  readonly ownGroup: string
  readonly endsAtSubscribe: ReadonlyMap<string, TopicState>
}

/** One kafkajs consumer. Offsets are never committed: where to read is the business of who subscribes (DESIGN invariant 5). */
export const openSubscription = async (parts: SubscriptionParts, options: SubscribeOptions): Promise<Subscription> => {
  const { client, log, watchdog } = parts
  const { assignment } = options
  const groupId = assignment.kind === 'columns' ? assignment.group : parts.ownGroup
  const since = Date.now()
  let over = false
  let columns: readonly number[] = []
  let memberId = ''

  const stop = (): void => {
    over = true
    watched.unwatch()
  }
  const fail = (error: Error): void => {
    if (over) return
    stop()
    log.error({ group: groupId, topics: options.topics, error: error.message }, 'the subscription cannot go on')
    options.onFailed(error)
    void leave().catch((cause: unknown) => log.debug({ error: ensureError(cause).message }, 'leaving after a failure'))
  }
  const watched = watchdog.watch({ name: `subscription ${groupId}`, silentMs, onStuck: fail })
  const positions = makePositions(options, parts.endsAtSubscribe, fail)

  const assigner: PartitionAssigner = (config) => {
    positions.attach(config.cluster)
    return assignerFor(assignment, () => ({ owned: columns, since }))(config)
  }
  const consumer = client.kafka.consumer({
    groupId,
    partitionAssigners: [assigner],
    allowAutoTopicCreation: false,
    minBytes: 1,
    retry: endlessRetry,
    ...paces[parts.pace],
  })

  const onJoin = (joined: string, assigned: Readonly<Record<string, readonly number[]>>): void => {
    positions.assigned(assigned)
    watched.fetched()
    if (assignment.kind !== 'columns' || over) return
    const [first] = assignment.columnTopics
    const now = [...(assigned[first ?? ''] ?? [])].sort((a, b) => a - b)
    const isSame = joined === memberId && now.join() === columns.join()
    columns = now
    memberId = joined
    log.debug({ group: groupId, columns, isSame }, 'joined the group')
    if (!isSame) options.onAssigned?.(columns)
  }
  const deliver = ({ batch, resolveOffset }: EachBatchPayload): void => {
    if (over) return
    const { topic, partition } = batch
    const next = positions.next(topic, partition)
    const records = incoming(topic, partition, batch.messages, next)
    const last = records.at(-1)
    if (!last) return
    positions.moved(topic, partition, last.offset + 1)
    resolveOffset(String(last.offset))
    options.onRecords(records)
    options.onProgress?.(topic, partition, last.offset + 1)
  }
  /** Markers of transactions are passed over by kafkajs itself, but count for the position. */
  const onBatchEnd = (topic: string, partition: number, lastOffset: number): void => {
    if (over || !(lastOffset >= positions.next(topic, partition))) return
    positions.moved(topic, partition, lastOffset + 1)
    options.onProgress?.(topic, partition, lastOffset + 1)
  }
  const guarded = <A extends readonly unknown[]>(handler: (...args: A) => void) => {
    return (...args: A): void => {
      try {
        handler(...args)
      } catch (thrown) {
        fail(ensureError(thrown))
      }
    }
  }
  const guardedJoin = guarded(onJoin)
  const guardedDeliver = guarded(deliver)
  const guardedBatchEnd = guarded(onBatchEnd)

  consumer.on('consumer.group_join', ({ payload }) => guardedJoin(payload.memberId, payload.memberAssignment))
  consumer.on('consumer.end_batch_process', ({ payload }) => guardedBatchEnd(payload.topic, payload.partition, Number(payload.lastOffset)))
  consumer.on('consumer.fetch', () => watched.fetched())
  let isSessionRefused = false
  consumer.on('consumer.crash', ({ payload }) => {
    if (payload.restart) return
    isSessionRefused = (payload.error as { type?: string }).type === 'INVALID_SESSION_TIMEOUT'
    if (isSessionRefused) stop()
    else fail(new MillraceError('internal', `subscription ${groupId} crashed: ${payload.error.message}`, { cause: payload.error }))
  })

  const leave = async (): Promise<void> => {
    client.hush()
    const left = consumer.disconnect()
    client.cutFetches() // else leaving would wait for the long poll
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, leaveMs)
    })
    await Promise.race([left, late]).finally(() => clearTimeout(timer))
  }

  await patiently(() => consumer.connect())
  // The topics are known to be there: what fails now (a broker that has not heard of them) passes.
  await patiently(
    () => consumer.subscribe({ topics: [...options.topics], fromBeginning: true }),
    subscribeTries,
    () => true,
  )
  const { lingerMs = 0 } = options
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    // Lingering handlers wait side by side, so that the last partition of a fetch is not delivered behind the pauses of the others.
    partitionsConsumedConcurrently: lingerMs > 0 ? lingeringPartitions : 1,
    eachBatch: async (payload) => {
      guardedDeliver(payload)
      if (lingerMs > 0 && !over) await new Promise((resolve) => setTimeout(resolve, lingerMs))
    },
  })
  if (isSessionRefused) throw new SessionRefused()

  return {
    async close() {
      if (over) return
      stop()
      await leave()
    },
  }
}

const lingeringPartitions = 64
