/** Journal -> task-events and run-events, column by column, shared among projectors by a consumer group. At least once; order per column kept. */
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { Incoming } from '../../platform/bus/port.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'
import { type ColumnFeed, makeColumnFeed } from './column-feed.ts'
import { readResumePoints } from './resume-points.ts'

interface Column {
  /** null until its resume point is known: records wait. */
  feed: ColumnFeed | null
  readonly waiting: Incoming[]
  learning: boolean
}

export const startFeeds = async (platform: Platform, onFailed: OnFailed): Promise<{ stop(): Promise<void> }> => {
  const { bus, topic, codec, log } = platform
  const journal = topic('journal')
  let columns = new Map<number, Column>()
  let stopped = false

  const fail = (thrown: unknown): void => {
    if (!stopped) onFailed(ensureError(thrown))
  }

  const publishWaiting = (column: Column): void => {
    if (stopped || column.feed === null || column.learning) return
    const { feed } = column
    const out = []
    let read = 0
    try {
      for (const record of column.waiting) {
        out.push(...feed.read(record))
        read++
      }
    } catch (thrown) {
      const record = column.waiting[read]
      if (thrown instanceof MillraceError && thrown.code === 'unknown_schema' && record?.value) {
        // A newer scheduler: its schema is fetched once, then the column goes on where it stopped.
        column.learning = true
        codec.learn(record.value).then(() => {
          column.learning = false
          publishWaiting(column)
        }, fail)
      } else {
        fail(thrown)
      }
    }
    column.waiting.splice(0, read)
    if (out.length > 0) bus.send(out).catch(fail)
  }

  const takeOver = async (taken: ReadonlyMap<number, Column>): Promise<void> => {
    const points = await readResumePoints(bus, { task: topic('task-events'), run: topic('run-events') }, [...taken.keys()])
    for (const [number, column] of taken) {
      if (columns.get(number) !== column) continue // taken away meanwhile
      column.feed = makeColumnFeed(platform, number, points.get(number) ?? { 'task-events': -1, 'run-events': -1 })
      publishWaiting(column)
    }
    log.debug({ columns: [...taken.keys()] }, 'feeds go on')
  }

  const subscription = await bus.subscribe({
    topics: [journal],
    assignment: { kind: 'columns', group: `${journal}.feeds`, columnTopics: [journal] },
    start: () => 'beginning',
    onAssigned(assigned) {
      // A column that stays is read on from where it was: it keeps its map. What somebody else published meanwhile comes twice, and readers drop it.
      const before = columns
      columns = new Map(assigned.map((number) => [number, before.get(number) ?? { feed: null, waiting: [], learning: false }]))
      const taken = new Map([...columns].filter(([number]) => !before.has(number)))
      if (taken.size > 0) takeOver(taken).catch(fail)
    },
    onRecords(records) {
      const column = columns.get(records[0]?.partition ?? -1)
      if (!column) return
      for (const record of records) column.waiting.push(record)
      publishWaiting(column)
    },
    onFailed: fail,
    pace: 'fast',
  })

  return {
    async stop() {
      stopped = true
      await subscription.close()
    },
  }
}
