/**
 * Where the public feeds of a column stand, read from their own last records: no store is needed to go on, and the column's owner deletes nothing
 * that they have not told yet. Each record carries the journal offset it came from (`journal`), and the one below which all feeds of the column had
 * been acknowledged when it was sent (`complete`): a feed that has had nothing to tell for long is not taken for one that is behind.
 */
import type { Platform } from '../platform.ts'
import type { Bus, Headers, Incoming } from './port.ts'

/** Journal offset up to which each feed of the column is complete but for that offset itself; -1: nothing was published. */
export interface ResumePoint {
  readonly 'task-events': number
  readonly 'run-events': number
  /** Shared by all columns, so that its last record says nothing of this one: what was acknowledged together with the other two. */
  readonly 'dataset-events': number
}

export const nothingPublished: ResumePoint = { 'task-events': -1, 'run-events': -1, 'dataset-events': -1 }

export const feedHeaders = (offset: number, complete: number): Headers => ({ journal: String(offset), complete: String(complete) })

/** Everything before this journal offset is published. */
export const completeBefore = (point: ResumePoint): number => Math.min(point['task-events'], point['run-events'], point['dataset-events'])

/** The resume points of these columns. */
export const readResumePoints = async (
  { bus, topic }: Pick<Platform, 'bus' | 'topic'>,
  columns: readonly number[],
): Promise<ReadonlyMap<number, ResumePoint>> => {
  const feeds = [topic('task-events'), topic('run-events')] as const
  const points = new Map<string, number>()
  const complete = new Map<number, number>()
  const note = (record: Incoming): void => {
    const offset = numberIn(record.headers.journal)
    if (offset === null) return
    points.set(`${record.topic}/${record.partition}`, offset)
    complete.set(record.partition, Math.max(complete.get(record.partition) ?? -1, Math.min(numberIn(record.headers.complete) ?? -1, offset)))
  }
  // Almost always the last record is ours. Another system may have written to the feed: then we look further back.
  for (const depth of [1, 100, 10_000, Number.POSITIVE_INFINITY]) if (await lookBack(bus, feeds, columns, depth, points, note)) break
  const pointOf = (feed: string, column: number): number => Math.max(points.get(`${feed}/${column}`) ?? -1, complete.get(column) ?? -1)
  return new Map(
    columns.map((column) => [
      column,
      { 'task-events': pointOf(feeds[0], column), 'run-events': pointOf(feeds[1], column), 'dataset-events': complete.get(column) ?? -1 },
    ]),
  )
}

const numberIn = (header: string | undefined): number | null => {
  const number = Number(header ?? Number.NaN)
  return Number.isSafeInteger(number) ? number : null
}

/** Notes the last record that is ours among the last `depth` of each partition; true: nothing is left to look for. */
const lookBack = async (
  bus: Bus,
  topics: readonly string[],
  columns: readonly number[],
  depth: number,
  points: ReadonlyMap<string, number>,
  note: (record: Incoming) => void,
): Promise<boolean> => {
  const starts = new Map<string, number>()
  const ends = new Map<string, number>()
  const wanted: Record<string, number[]> = {}
  for (const topic of topics) {
    for (const { partition, low, high } of (await bus.offsets(topic)).partitions) {
      const place = `${topic}/${partition}`
      if (low === high || !columns.includes(partition) || points.has(place)) continue
      starts.set(place, Math.max(low, high - depth))
      ends.set(place, high)
      wanted[topic] = [...(wanted[topic] ?? []), partition]
    }
  }
  if (ends.size === 0) return true
  await readUpTo(bus, wanted, starts, ends, note)
  return [...ends.keys()].every((place) => points.has(place))
}

const readUpTo = (
  bus: Bus,
  partitions: Readonly<Record<string, readonly number[]>>,
  starts: ReadonlyMap<string, number>,
  ends: ReadonlyMap<string, number>,
  onRecord: (record: Incoming) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const left = new Map(ends)
    const subscription = bus.subscribe({
      topics: Object.keys(partitions),
      assignment: { kind: 'only', partitions },
      start: (topic, partition) => starts.get(`${topic}/${partition}`) ?? 'end',
      onRecords(records) {
        for (const record of records) onRecord(record)
      },
      onProgress(topic, partition, next) {
        const place = `${topic}/${partition}`
        if (next < (left.get(place) ?? 0) || !left.delete(place) || left.size > 0) return
        subscription.then((open) => open.close()).then(resolve, reject)
      },
      onFailed: reject,
      pace: 'fast',
    })
    subscription.catch(reject)
  })
