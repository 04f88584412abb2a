/**
 * The watchers (SEMANTICS 6): datasets whose events are the messages of Kafka topics. One shared consumer for each (cluster, topic) that a DAG watches;
 * several triggerers share the partitions through its consumer group.
 */
import { hostname } from 'node:os'
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { Incoming } from '../../platform/bus/port.ts'
import { subscribeAndCatchUp } from '../../platform/bus/read-to-end.ts'
import { makeDeadLetter } from '../../platform/dead-letters.ts'
import type { OnFailed, Platform, Service } from '../../platform/platform.ts'
import { parseConnection } from '../../sdk/connections.ts'
import { type KafkaAccess, kafkaAccess } from '../../sdk/hooks/kafka/kafka-access.ts'
import { connectionVariable } from '../../sdk/runtime/named-settings.ts'
import { openFilterChild } from './filter-child.ts'
import { filterEntry } from './filter-entry.ts'
import { makeJudging } from './judging.ts'
import { makeWatcherBeats } from './status.ts'
import { makeWatchEvents } from './watch-events.ts'
import { makeWatchTable } from './watch-table.ts'
import { type WatchedTopic, watchTopic } from './watched-topic.ts'

export interface WatchersConfig {
  /** The text of a connection; null: there is none. */
  readonly connection: (id: string) => string | null
  /** File of a bundle's code; null: it has not come yet. */
  readonly bundleFile: (hash: string) => string | null
  /** Environment of the processes that run filters. */
  readonly childEnv: Readonly<Record<string, string>>
  /** A process that must not outlive this one; answers what to call when it is gone. */
  readonly guard: (pid: number) => () => void
  /** How long a filter may take over some hundred messages. */
  readonly filterLimitMs: number
  /** A process for filters that nobody used for so long ends. */
  readonly childIdleMs: number
}

export interface Watchers extends Service {
  /** What is watched here now. */
  topics(): readonly WatchedTopic[]
}

export const startWatchers = async (platform: Platform, config: WatchersConfig, onFailed: OnFailed): Promise<Watchers> => {
  const here: Platform = { ...platform, log: platform.log.child({ service: 'watchers' }) }
  const { bus, codec, clock, log } = here
  const prefix = here.topic('dags').replace(/dags$/, '')
  const table = makeWatchTable(codec)
  const topics = new Map<string, WatchedTopic>()
  let stopping = false
  const judging = makeJudging({
    clock,
    bundleFile: config.bundleFile,
    idleMs: config.childIdleMs,
    openChild: () =>
      openFilterChild({
        clock,
        entry: filterEntry(),
        env: config.childEnv,
        limitMs: config.filterLimitMs,
        guard: config.guard,
        onLine: (line) => log.info(`a filter printed: ${line}`),
      }),
  })
  const beats = makeWatcherBeats(here, () =>
    [...topics.values()].map(statusOf).sort((a, b) => (`${a.cluster}/${a.topic}` < `${b.cluster}/${b.topic}` ? -1 : 1)),
  )
  const events = makeWatchEvents(here, `watcher ${hostname()}`)
  const accessOf = (cluster: string): KafkaAccess => {
    const text = config.connection(cluster)
    if (text === null)
      throw new MillraceError('connection_not_found', `there is no connection '${cluster}': set ${connectionVariable(cluster)} on the triggerer`)
    return kafkaAccess(parseConnection(cluster, text))
  }

  let leaving: Promise<unknown> = Promise.resolve()
  const apply = (): void => {
    if (stopping) return
    const wanted = table.byTopic()
    for (const [key, watched] of topics)
      if (!wanted.has(key)) {
        topics.delete(key)
        log.info({ watcher: key }, 'is not watched any more')
        leaving = Promise.all([leaving, watched.stop()])
      }
    for (const [key, watches] of wanted) {
      const known = topics.get(key)
      const [first] = watches
      if (known) known.update(watches)
      else if (first) {
        const { cluster, topic } = first
        log.info({ watcher: key }, `is watched for ${watches.map(({ uri }) => uri).join(', ')}`)
        const watched = watchTopic(
          {
            platform: here,
            cluster,
            topic,
            group: `${prefix}watch.${cluster}.${topic}`,
            access: () => accessOf(cluster),
            kafka: ({ brokers, tls, sasl }) => ({ brokers, tls, sasl, clientId: `millrace-watcher-${hostname()}-${process.pid}`, log }),
            judging,
            events,
            onChanged: beats.changed,
          },
          watches,
        )
        topics.set(key, watched)
      }
    }
    beats.changed()
  }

  let isFollowing = false
  /** Answers whether watches changed. A bad record costs only itself. */
  const take = (record: Incoming, isLearned: boolean): boolean => {
    try {
      return table.take(record)
    } catch (thrown) {
      const error = ensureError(thrown)
      if (record.value !== null && !isLearned && isUnknownSchema(error)) {
        // A newer publisher: once its schema is here the record is read.
        const again = (): void => {
          if (take(record, true) && isFollowing) apply()
        }
        codec.learn(record.value).then(again, again)
        return false
      }
      log.warn({ dag: record.key, error: error.message }, 'the watches of a DAG cannot be used')
      bus
        .send([makeDeadLetter(here, record, 'watchers', error)])
        .catch((failure: unknown) => log.debug({ err: ensureError(failure) }, 'a dead letter was not sent'))
      return false
    }
  }
  const following = await subscribeAndCatchUp(bus, {
    topics: [here.topic('dags')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      let isChanged = false
      for (const record of records) isChanged = take(record, false) || isChanged
      if (isChanged && isFollowing) apply()
    },
    onFailed,
  })
  await following.caughtUp
  isFollowing = true
  apply()
  return {
    name: 'watchers',
    topics: () => [...topics.values()],
    async stop() {
      stopping = true
      await following.subscription.close()
      await Promise.all([leaving, ...[...topics.values()].map((watched) => watched.stop())])
      topics.clear()
      await judging.close()
      await beats.stop()
    },
  }
}

const isUnknownSchema = (error: Error): boolean => error instanceof MillraceError && error.code === 'unknown_schema'

const statusOf = (watched: WatchedTopic) => {
  const watches = watched.watches()
  const conflict = watches.find((watch) => watch.conflict !== null)?.conflict ?? null
  const { messages, events, deadLetters, error } = watched.tally
  return {
    cluster: watched.cluster,
    topic: watched.topic,
    state: watched.state(),
    uris: watches.map(({ uri }) => uri),
    partitions: [...watched.partitions()],
    lag: watched.lag(),
    messages,
    events,
    deadLetters,
    error: conflict ?? error?.message.slice(0, 2000) ?? null,
    errorAt: conflict === null ? (error?.at ?? null) : null,
  }
}
