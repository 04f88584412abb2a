/**
 * Makes the tables anew beside the old ones, which go on serving, and swaps the two in one transaction. A projector that runs meanwhile sees other
 * positions after the swap, and begins again from those (PROTOCOL "Feeds, projection": its transaction locks them).
 */
import { MillraceError } from '../../core/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import { projectionSql } from '../../platform/store/migrate-store.ts'
import { openSession, type Session } from '../../platform/store/session.ts'
import { openInflow } from '../inflow.ts'
import { applyBatch } from '../tables/apply-batch.ts'
import type { KeptDatasetEvents } from '../tables/datasets/prune.ts'
import { type Positions, readPositions } from '../tables/positions.ts'
import { projectedTopics } from '../tables/projected-topics.ts'

export interface Progress {
  readonly done: number
  readonly total: number
}

/** Any number but migrate-store's and the projector's. */
const rebuildLockKey = 7_154_603
const nextSchema = 'projection_next'
const formerSchema = 'projection_former'
const maxBatch = 4_000
const maxHeld = 40_000

export const rebuild = async (
  platform: Platform,
  databaseUrl: string,
  onProgress: (progress: Progress) => void,
  kept: KeptDatasetEvents = {},
): Promise<Progress> => {
  let fail = (_error: Error): void => {}
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  failed.catch(() => {}) // looked at by the races below
  const open = (name: string): Promise<Session> =>
    openSession({ databaseUrl, name, onLost: (error) => fail(error ?? new MillraceError('database_unreachable', 'Postgres closed the connection')) })
  const writer = await open('rebuild')
  const swapper = await open('rebuild swap')
  try {
    const [lock] = await writer.query<{ got: boolean }>({ text: 'SELECT pg_try_advisory_lock($1) AS got', values: [rebuildLockKey] })
    if (!lock?.got) throw new MillraceError('rebuild_running', 'the tables are being rebuilt already: wait for that to end')
    await writer.query({ text: `DROP SCHEMA IF EXISTS ${nextSchema} CASCADE` }) // of a rebuild that was killed
    for (const text of await projectionSql(nextSchema)) await writer.query({ text })
    await writer.query({ text: 'SET synchronous_commit = off' })
    const filling = await startFilling(platform, inSchema(writer, nextSchema), kept, failed)
    try {
      const ends = await topicEnds(platform)
      await filling.reach(ends, onProgress)
      await swap(swapper, (positions) => filling.reach(positions, onProgress))
      return filling.progress(ends)
    } finally {
      await filling.close()
    }
  } finally {
    await Promise.all([writer.close(), swapper.close()])
  }
}

/** The old tables stand still while the last records come into the new ones; readers of either wait for nothing but the renaming itself. */
const swap = async (session: Session, reach: (positions: Positions) => Promise<void>): Promise<void> => {
  await session.query({ text: `SET lock_timeout = '30s'` })
  await session.transaction(async () => {
    // FOR UPDATE of the running projector waits for this lock; plain reads do not.
    await session.query({ text: 'LOCK TABLE projection.position IN EXCLUSIVE MODE' })
    const rows = await session.query<{ topic: string; partition: number; next_offset: number }>({
      text: 'SELECT topic, partition, next_offset FROM projection.position',
    })
    await reach(new Map(rows.map((row) => [`${row.topic}/${row.partition}`, row.next_offset])))
    await session.query({ text: `ALTER SCHEMA projection RENAME TO ${formerSchema}` })
    await session.query({ text: `ALTER SCHEMA ${nextSchema} RENAME TO projection` })
    await session.query({ text: `DROP SCHEMA ${formerSchema} CASCADE` })
  })
}

/** The statements of the projections name their schema; here it is another one. Nobody is told of commits that nobody can see yet. */
const inSchema = (session: Session, schema: string): Session => ({
  ...session,
  query: async (statement) =>
    statement.name === 'notify' ? [] : session.query({ ...statement, text: statement.text.replaceAll('projection.', `${schema}.`) }),
})

interface Filling {
  /** Applies records until each partition is read to here. */
  reach(target: Positions, onProgress: (progress: Progress) => void): Promise<void>
  progress(target: Positions): Progress
  close(): Promise<void>
}

const startFilling = async (platform: Platform, session: Session, kept: KeptDatasetEvents, failed: Promise<never>): Promise<Filling> => {
  const { bus, clock, log } = platform
  // What cannot be read was put to dead-letters by the projector already.
  const silent: Platform = { ...platform, bus: { ...bus, send: async () => [] } }
  const positions = await readPositions(session, bus, platform.topic, log)
  const starts = new Map(positions)
  /** As far as they are read; gaps of compaction at an end never become a record. */
  const read = new Map(positions)
  const names = new Map<string, string>(projectedTopics.map((name) => [platform.topic(name), name]))
  let stir = (): void => {}
  const inflow = await openInflow({
    bus,
    clock,
    topics: [...names.keys()],
    start: (topic, partition) => positions.get(`${names.get(topic)}/${partition}`) ?? 'beginning',
    lazyTopics: new Set(),
    lazyMs: 0,
    maxBatch,
    maxHeld,
    onProgress(topic, partition, next) {
      read.set(`${names.get(topic)}/${partition}`, next)
      stir()
    },
  })
  let pending: ReturnType<typeof inflow.next> | null = null

  const progress = (target: Positions): Progress => {
    let done = 0
    let total = 0
    for (const [place, end] of target) {
      const start = starts.get(place) ?? 0
      total += Math.max(0, end - start)
      done += Math.max(0, Math.min(end, positions.get(place) ?? 0) - start)
    }
    return { done, total }
  }
  const isRead = (target: Positions): boolean => [...target].every(([place, end]) => (read.get(place) ?? 0) >= end || end <= (starts.get(place) ?? 0))

  return {
    progress,
    async reach(target, onProgress) {
      while (!isRead(target) || inflow.held() > 0) {
        const moved = new Promise<null>((resolve) => {
          stir = () => resolve(null)
        })
        pending ??= inflow.next()
        const records = await Promise.race([pending, inflow.held() > 0 ? pending : moved, failed])
        if (!records) continue
        pending = null
        await Promise.race([applyBatch(silent, session, positions, records, kept), failed])
        onProgress(progress(target))
      }
    },
    async close() {
      await inflow.close()
      await pending?.catch(() => {}) // it was closed under it
    },
  }
}

const topicEnds = async ({ bus, topic }: Platform): Promise<Positions> => {
  const ends = await Promise.all(
    projectedTopics.map(async (name) => (await bus.offsets(topic(name))).partitions.map((p) => [`${name}/${p.partition}`, p.high] as const)),
  )
  return new Map(ends.flat())
}
