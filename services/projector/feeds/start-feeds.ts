/** Journal -> task-events and run-events, column by column, shared among projectors by a consumer group. At least once; order per column kept. */
import { ensureError } from '../../core/errors.ts'
import type { Subscription } from '../../platform/bus/port.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'
import { type FeedStart, feedStarts } from './feed-starts.ts'
import { makePublisher, type Publisher } from './publisher.ts'

/** Columns that were assigned in the same moment: read by one consumer, each from where its feeds stand. */
interface Lot {
  readonly columns: Map<number, Publisher>
  subscription: Subscription | null
}

export const startFeeds = async (platform: Platform, onFailed: OnFailed): Promise<{ stop(): Promise<void> }> => {
  const { bus, topic, log } = platform
  const journal = topic('journal')
  const lots = new Set<Lot>()
  let assigned = new Set<number>()
  let stopped = false

  const fail = (thrown: unknown): void => {
    if (!stopped) onFailed(ensureError(thrown))
  }

  const leave = (lot: Lot): void => {
    if (lot.columns.size > 0) return
    lots.delete(lot)
    lot.subscription?.close().catch((thrown: unknown) => log.warn({ err: ensureError(thrown) }, 'a reader of journals did not close'))
  }

  const takeOver = async (lot: Lot, taken: readonly number[]): Promise<void> => {
    const starts = await feedStarts(platform, taken, fail)
    for (const [column, start] of starts) if (lot.columns.has(column)) lot.columns.set(column, makePublisher(platform, column, start, fail))
    const columns = [...lot.columns.keys()]
    if (columns.length === 0 || stopped) return
    const subscription = await bus.subscribe({
      topics: [journal],
      assignment: { kind: 'only', partitions: { [journal]: columns } },
      start: (_topic, column) => (starts.get(column) as FeedStart).position.offset,
      onRecords(records) {
        if (!stopped) lot.columns.get(records[0]?.partition ?? -1)?.take(records)
      },
      onFailed: fail,
      lingerMs: 40,
    })
    lot.subscription = subscription
    if (stopped) await subscription.close()
    else leave(lot)
    log.debug({ columns }, 'feeds go on')
  }

  const candidacy = await bus.subscribe({
    // Any topic of the columns would do to hand them out; this one has least to read.
    topics: [topic('checkpoints')],
    assignment: { kind: 'columns', group: `${journal}.feeds`, columnTopics: [topic('checkpoints')] },
    start: () => 'end',
    onRecords: () => undefined,
    onAssigned(columns) {
      // A column that stays is read on from where it was: it keeps its map. What somebody else published meanwhile comes twice, and readers drop it.
      const before = assigned
      assigned = new Set(columns)
      for (const lot of lots) {
        for (const column of lot.columns.keys()) if (!assigned.has(column)) lot.columns.delete(column)
        if (lot.subscription) leave(lot)
      }
      const taken = columns.filter((column) => !before.has(column))
      if (taken.length === 0) return
      const lot: Lot = { columns: new Map(taken.map((column) => [column, idle])), subscription: null }
      lots.add(lot)
      takeOver(lot, taken).catch(fail)
    },
    onFailed: fail,
    pace: 'fast',
  })

  return {
    async stop() {
      stopped = true
      await Promise.all([candidacy.close(), ...[...lots].map((lot) => lot.subscription?.close())])
    },
  }
}

/** Of a column whose start is not known yet. */
const idle: Publisher = { take: () => undefined }
