import type { WatchedTopic } from '../../../schemas/generated/records.ts'
import type { Watcher, WatcherCollection, WatchersQuery } from '../../../schemas/http/watchers.ts'
import type { Db, WatcherStatusTable } from './tables.ts'

/** They are heard once a minute at least. */
const silentMs = 90_000
/** One that was killed is gone from the list after this. */
const goneMs = 600_000

/** What is watched, by whom: a row for each topic that a triggerer has a share of. */
export const listWatchers = async (db: Db, query: WatchersQuery, now: number): Promise<WatcherCollection> => {
  const rows = await db
    .selectFrom('watcher_status')
    .selectAll()
    .where('seen_at', '>', new Date(now - goneMs))
    .orderBy('seen_at', 'desc')
    .execute()
  const watchers = rows
    .flatMap((row) => (JSON.parse(row.topics) as readonly WatchedTopic[]).map((topic) => watcherAnswer(row, topic, now)))
    .filter(({ asset_uris }) => query.asset_uri === undefined || asset_uris.includes(query.asset_uri))
  return { watchers, total_entries: watchers.length }
}

const watcherAnswer = (row: WatcherStatusTable, watched: WatchedTopic, now: number): Watcher => ({
  incarnation: row.incarnation,
  hostname: row.hostname,
  pid: row.pid,
  seen_at: row.seen_at.toISOString(),
  cluster: watched.cluster,
  topic: watched.topic,
  state: now - row.seen_at.getTime() >= silentMs ? 'silent' : (watched.state as Watcher['state']),
  asset_uris: [...watched.uris],
  partitions: [...watched.partitions],
  lag: watched.lag,
  messages: watched.messages,
  events: watched.events,
  dead_letters: watched.deadLetters,
  error: watched.error,
  error_at: watched.errorAt === null ? null : new Date(watched.errorAt).toISOString(),
})
