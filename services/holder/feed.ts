/**
 * A topic that waits follow: each gets the records of its key from a time in the past on, and then what comes. One subscription for all of them, at the
 * topic's end, while anybody waits; what is older is read once for all that began to wait together. A record may come twice, and a newer one before an
 * older one: takers go by what a record says.
 */
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Incoming, Subscription, TopicState } from '../platform/bus/port.ts'
import { readToEnd } from '../platform/bus/read-to-end.ts'
import type { Platform } from '../platform/platform.ts'

export interface FeedOptions<T> {
  readonly platform: Pick<Platform, 'bus' | 'clock' | 'log' | 'codec'>
  /** Full name. */
  readonly topic: string
  /** Which waits a record is for: those that named one of these. */
  readonly keysOf: (record: Incoming) => readonly string[]
  /** null: it is nothing anybody could wait for. Throws for a record that cannot be read. */
  readonly read: (record: Incoming) => T | null
  readonly onFailed: (error: Error) => void
}

export interface FeedWait<T> {
  /** One that `keysOf` answers for the records that it wants. */
  readonly key: string
  /** Where they lie; null: anywhere. */
  readonly partition: number | null
  /** Nothing older than this is wanted (ms since the epoch). */
  readonly since: number
  /** true: it has what it waited for. */
  readonly take: (item: T, record: Incoming) => boolean
  readonly onFailed: (error: Error) => void
}

export interface Feed<T> {
  /** The returned function gives up. */
  wait(wait: FeedWait<T>): () => void
  close(): Promise<void>
}

/** Somebody else may begin to wait soon. */
const idleMs = 30_000

export const makeFeed = <T>({ platform, topic, keysOf, read, onFailed }: FeedOptions<T>): Feed<T> => {
  const { bus, clock, log, codec } = platform
  const waits = new Map<string, Set<FeedWait<T>>>()
  let live: { readonly from: TopicState; readonly subscription: Subscription } | null = null
  let late: FeedWait<T>[] = []
  let work: Promise<void> | null = null
  let closed = false
  let cancelIdle = (): void => {}

  const leave = (wait: FeedWait<T>): void => {
    const set = waits.get(wait.key)
    if (!set?.delete(wait)) return
    if (set.size === 0) waits.delete(wait.key)
    if (waits.size > 0) return
    cancelIdle()
    cancelIdle = clock.after(idleMs, () => void rest())
  }
  const isWaiting = (wait: FeedWait<T>): boolean => waits.get(wait.key)?.has(wait) === true

  const rest = async (): Promise<void> => {
    if (waits.size > 0 || live === null) return
    const { subscription } = live
    live = null
    await subscription.close()
  }

  const give = (record: Incoming, among: Iterable<FeedWait<T>>): void => {
    let item: T | null
    try {
      item = read(record)
    } catch (thrown) {
      return unreadable(record, among, ensureError(thrown))
    }
    if (item === null) return
    for (const wait of [...among]) {
      if (!isWaiting(wait) || record.timestamp < wait.since) continue
      try {
        if (wait.take(item, record)) leave(wait)
      } catch (thrown) {
        leave(wait)
        wait.onFailed(ensureError(thrown))
      }
    }
  }
  const unreadable = (record: Incoming, among: Iterable<FeedWait<T>>, error: Error): void => {
    const { partition, offset, value } = record
    if (error instanceof MillraceError && error.code === 'unknown_schema' && value !== null) {
      const kept = [...among]
      codec.learn(value).then(
        () => give(record, kept),
        (cause: unknown) => log.warn({ topic, partition, offset, error: ensureError(cause).message }, 'a record with an unknown schema was passed over'),
      )
      return
    }
    log.warn({ topic, partition, offset, error: error.message }, 'a record that cannot be read was passed over')
  }

  const openLive = async (): Promise<TopicState> => {
    const from = await bus.offsets(topic)
    const starts = new Map(from.partitions.map(({ partition, high }) => [partition, high]))
    const subscription = await bus.subscribe({
      topics: [topic],
      assignment: { kind: 'all' },
      start: (_, partition) => starts.get(partition) ?? 'end',
      onRecords: (records) => {
        for (const record of records)
          for (const key of keysOf(record)) {
            const set = waits.get(key)
            if (set) give(record, set)
          }
      },
      onFailed,
    })
    live = { from, subscription }
    return from
  }

  /** What was written before the live subscription began, or before these waits did. */
  const readOlder = async (those: readonly FeedWait<T>[], to: TopicState): Promise<void> => {
    const byKey = new Map<string, FeedWait<T>[]>()
    for (const wait of those) byKey.set(wait.key, [...(byKey.get(wait.key) ?? []), wait])
    const partitions = those.some(({ partition }) => partition === null) ? null : new Set(those.map(({ partition }) => partition))
    const since = await bus.offsets(topic, Math.min(...those.map((wait) => wait.since)))
    const starts = new Map<number, number>()
    for (const { partition, since: offset } of since.partitions) {
      const high = to.partitions.find((end) => end.partition === partition)?.high ?? 0
      if (offset !== undefined && offset < high && (partitions === null || partitions.has(partition))) starts.set(partition, offset)
    }
    if (starts.size === 0) return
    const scope = {
      covers: (_: string, partition: number) => starts.has(partition),
      start: (_: string, partition: number) => starts.get(partition) ?? ('end' as const),
    }
    const end = await readToEnd(bus, [topic], scope)
    const subscription = await bus.subscribe({
      topics: [topic],
      assignment: { kind: 'only', partitions: { [topic]: [...starts.keys()] } },
      start: scope.start,
      onRecords: (records) => {
        for (const record of records)
          for (const key of keysOf(record)) {
            const some = byKey.get(key)
            if (some) give(record, some)
          }
      },
      onProgress: (name, partition, next) => end.progress(name, partition, next),
      onFailed,
    })
    await end.caughtUp
    await subscription.close()
  }

  const serve = async (): Promise<void> => {
    await Promise.resolve() // those that begin in the same moment go together
    while (late.length > 0 && !closed) {
      const those = late
      late = []
      try {
        if (live === null) await openLive()
        await readOlder(those, await bus.offsets(topic))
      } catch (thrown) {
        const error = ensureError(thrown)
        for (const wait of those)
          if (isWaiting(wait)) {
            leave(wait)
            wait.onFailed(error)
          }
      }
    }
    work = null
  }

  return {
    wait(wait) {
      cancelIdle()
      const set = waits.get(wait.key) ?? new Set()
      waits.set(wait.key, set.add(wait))
      late.push(wait)
      work ??= serve()
      return () => leave(wait)
    },
    async close() {
      closed = true
      cancelIdle()
      waits.clear()
      await work
      await live?.subscription.close()
    },
  }
}
