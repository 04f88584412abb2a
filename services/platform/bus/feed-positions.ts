import type { Bus, Incoming } from '../../platform/bus/port.ts'
import { journalHeader, type ResumePoint } from './column-feed.ts'

/** Where the feeds of these columns stand, read from their own last records: no store is needed to go on. */
export const readResumePoints = async (
  bus: Bus,
  feeds: { readonly task: string; readonly run: string },
  columns: readonly number[],
): Promise<ReadonlyMap<number, ResumePoint>> => {
  const points = new Map<string, number>()
  // Almost always the last record is ours. Another system may have written to the feed: then we look further back.
  for (const depth of [1, 100, 10_000, Number.POSITIVE_INFINITY]) {
    const isWhole = await lookBack(bus, [feeds.task, feeds.run], columns, depth, points)
    if (isWhole) break
  }
  const offsetOf = (topic: string, column: number): number => points.get(`${topic}/${column}`) ?? -1
  return new Map(columns.map((column) => [column, { 'task-events': offsetOf(feeds.task, column), 'run-events': offsetOf(feeds.run, column) }]))
}

/** Notes the journal offset of the last record that has one among the last `depth` of each partition; true: nothing is left to look for. */
const lookBack = async (bus: Bus, topics: readonly string[], columns: readonly number[], depth: number, points: Map<string, number>): Promise<boolean> => {
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
  await readUpTo(bus, wanted, starts, ends, (record) => {
    const offset = Number(record.headers[journalHeader] ?? Number.NaN)
    if (Number.isSafeInteger(offset)) points.set(`${record.topic}/${record.partition}`, offset)
  })
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
