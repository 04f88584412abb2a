import type { Bus, SubscribeOptions, Subscription } from './port.ts'

export interface CatchUp {
  readonly subscription: Subscription
  /** Resolved when everything up to the ends as of the call was delivered (at once for what is empty or read already). Never rejects: a lost subscription says so by `onFailed`. */
  readonly caughtUp: Promise<void>
}

/**
 * Subscribes, and tells when everything that was there at the time of the call has been given to `onRecords` ("tables are read to their end
 * before the first decision"). An end is an offset, not a record: compaction and transaction markers leave gaps, so the position counts.
 * For assignments `all` and `only`; what a group of columns has read is known by column, see `readToEnd`.
 */
export const subscribeAndCatchUp = async (bus: Bus, options: SubscribeOptions): Promise<CatchUp> => {
  const { assignment } = options
  const reader = await readToEnd(bus, options.topics, {
    covers: (topic, partition) => assignment.kind !== 'only' || (assignment.partitions[topic] ?? []).includes(partition),
    start: options.start,
  })
  const subscription = await bus.subscribe({
    ...options,
    onProgress: (topic, partition, next) => {
      reader.progress(topic, partition, next)
      options.onProgress?.(topic, partition, next)
    },
  })
  return { subscription, caughtUp: reader.caughtUp }
}

export interface EndReader {
  /** To be called from `onProgress`. */
  progress(topic: string, partition: number, nextOffset: number): void
  readonly caughtUp: Promise<void>
  /** Partitions not yet read to their end, as `topic/partition`. */
  missing(): readonly string[]
}

/** Watches a subscription's progress against the ends as of now. For those who subscribe themselves (columns that come and go, several ends in turn). */
export const readToEnd = async (
  bus: Pick<Bus, 'offsets'>,
  topics: readonly string[],
  scope: { readonly covers: (topic: string, partition: number) => boolean; readonly start: SubscribeOptions['start'] },
): Promise<EndReader> => {
  const missing = new Map<string, number>()
  for (const [topic, { partitions }] of await Promise.all(topics.map(async (topic) => [topic, await bus.offsets(topic)] as const))) {
    for (const { partition, low, high } of partitions) {
      if (!scope.covers(topic, partition)) continue
      const start = scope.start(topic, partition)
      const isAtEnd = low === high || start === 'end' || (typeof start === 'number' && start >= high)
      if (!isAtEnd) missing.set(`${topic}/${partition}`, high)
    }
  }
  let done = (): void => undefined
  const caughtUp = new Promise<void>((resolve) => {
    done = resolve
  })
  if (missing.size === 0) done()
  return {
    caughtUp,
    missing: () => [...missing.keys()],
    progress(topic, partition, nextOffset) {
      const key = `${topic}/${partition}`
      const end = missing.get(key)
      if (end === undefined || nextOffset < end) return
      missing.delete(key)
      if (missing.size === 0) done()
    },
  }
}
