import { randomUUID } from 'node:crypto'
import { MillraceError } from '../../../core/errors.ts'
import type { Bus, Outgoing, SubscribeOptions, Subscription } from '../port.ts'
import { openAdmin } from './admin.ts'
import { openBatcher } from './batcher.ts'
import { type KafkaConfig, makeClient } from './client.ts'
import { openSubscription, type Pace, SessionRefused } from './subscription.ts'
import { makeWatchdog } from './watchdog.ts'

const drainMs = 10_000

/** The bus on a Kafka broker. Waits for one that does not answer yet; `brokerAnswers` tells whether it would. */
export const openKafkaBus = async (config: KafkaConfig): Promise<Bus> => {
  const shared = makeClient(config)
  const [admin, batcher] = await Promise.all([openAdmin(shared, config.log), openBatcher(shared, config.log)])
  const watchdog = makeWatchdog(admin.answers, config.log)
  const subscriptions = new Set<Subscription>()
  const partitionCounts = new Map<string, number>()
  let closing = false
  let fastPace: Pace = 'fast'

  /** kafkajs would wait for ever for a topic that is not there, and drop a record for a partition that is not. */
  const checkPlaces = async (records: readonly Outgoing[]): Promise<void> => {
    for (const { topic, partition } of records) {
      let count = partitionCounts.get(topic)
      if (count === undefined) {
        count = await admin.partitionCount(topic)
        partitionCounts.set(topic, count)
      }
      if (partition !== undefined && !(partition >= 0 && partition < count))
        throw new MillraceError('topic_mismatch', `topic ${topic} has ${count} partitions: a record for partition ${partition} cannot be sent`)
    }
  }
  let checks: Promise<unknown> = Promise.resolve()
  let openChecks = 0
  const checkInTurn = async (records: readonly Outgoing[]): Promise<void> => {
    openChecks++
    const turn = checks.then(() => checkPlaces(records))
    checks = turn.catch(() => undefined)
    await turn.finally(() => openChecks--)
  }
  const isKnown = ({ topic, partition }: Outgoing): boolean => {
    const count = partitionCounts.get(topic)
    return count !== undefined && (partition === undefined || (partition >= 0 && partition < count))
  }

  const subscribe = async (options: SubscribeOptions): Promise<Subscription> => {
    if (closing) throw new MillraceError('shutting_down', 'the bus is closing: no new subscription')
    const endsAtSubscribe = new Map(await Promise.all(options.topics.map(async (topic) => [topic, await admin.offsets(topic)] as const)))
    const openAt = (pace: Pace): Promise<Subscription> =>
      openSubscription(
        { client: makeClient(config), log: config.log, pace, watchdog, ownGroup: `${config.clientId}-${randomUUID()}`, endsAtSubscribe },
        options,
      )
    const subscription = await openAt(options.pace === 'fast' ? fastPace : 'calm').catch((thrown: unknown) => {
      if (!(thrown instanceof SessionRefused) || fastPace === 'guarded') throw thrown
      config.log.warn('the broker allows no session of 3 s, so takeovers take 6 s: set its group.min.session.timeout.ms to 1000')
      fastPace = 'guarded'
      return openAt(fastPace)
    })
    if (closing) {
      await subscription.close()
      throw new MillraceError('shutting_down', 'the bus closed while the subscription was opened')
    }
    subscriptions.add(subscription)
    return {
      close: () => {
        subscriptions.delete(subscription)
        return subscription.close()
      },
    }
  }

  return {
    send: async (records) => {
      if (openChecks > 0 || !records.every(isKnown)) await checkInTurn(records) // while one waits all wait, so that a caller's records keep their order
      return batcher.send(records)
    },
    subscribe,
    offsets: admin.offsets,
    ensureTopics: admin.ensureTopics,
    deleteRecords: admin.deleteRecords,
    async close() {
      if (closing) return
      closing = true
      watchdog.close()
      await Promise.all([...subscriptions].map((subscription) => subscription.close()))
      await batcher.close(drainMs)
      shared.hush()
      await admin.close()
    },
  }
}

/** Whether a broker answers at all within the time. */
export const brokerAnswers = async (config: KafkaConfig, withinMs: number): Promise<boolean> => {
  const client = makeClient(config)
  client.hush()
  const admin = client.kafka.admin({ retry: { retries: 0 } })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs)
  })
  const answered = admin.connect().then(
    () => admin.disconnect().then(() => true),
    () => false,
  )
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}
