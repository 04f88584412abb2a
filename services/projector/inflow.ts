import type { Bus, Incoming, Start, SubscribeOptions, Subscription } from '../platform/bus/port.ts'
import type { Clock } from '../platform/clock.ts'

export interface InflowOptions {
  readonly bus: Bus
  readonly clock: Clock
  /** Full topic names. */
  readonly topics: readonly string[]
  readonly start: (topic: string, partition: number) => Start
  /** Records of these wait for others, at most `lazyMs`: a heartbeat a second must not be a transaction a second. */
  readonly lazyTopics: ReadonlySet<string>
  readonly lazyMs: number
  readonly maxBatch: number
  /** How far the topics are read, held records included (bus port). */
  readonly onProgress?: SubscribeOptions['onProgress']
  /** Records held at most; above, the subscription is closed and opened again when half of them are written. */
  readonly maxHeld: number
}

export interface Inflow {
  /** The next records, in order within each partition; waits for them. Rejects when the subscription failed or the inflow was closed. */
  next(): Promise<readonly Incoming[]>
  /** Records that `next` has not handed out yet. */
  held(): number
  close(): Promise<void>
}

/** Records of some topics as a bounded queue that a slow reader takes from. */
export const openInflow = async (options: InflowOptions): Promise<Inflow> => {
  const { bus, clock, maxBatch, maxHeld } = options
  const nextOffsets = new Map<string, number>()
  let held: Incoming[] = []
  let urgent = false
  let subscription: Subscription | null = null
  let opening: Promise<void> | null = null
  let failure: Error | null = null
  let wake: (() => void) | null = null
  let cancelLazy: (() => void) | null = null

  const stir = (): void => {
    wake?.()
    wake = null
  }
  const fail = (error: Error): void => {
    failure ??= error
    stir()
  }

  const onRecords = (records: readonly Incoming[]): void => {
    for (const record of records) {
      const place = `${record.topic}/${record.partition}`
      if (record.offset < (nextOffsets.get(place) ?? 0)) continue // delivered again around a reopening
      nextOffsets.set(place, record.offset + 1)
      held.push(record)
      if (options.lazyTopics.has(record.topic)) cancelLazy ??= clock.after(options.lazyMs, hurry)
      else urgent = true
    }
    if (urgent) stir()
    if (held.length > maxHeld && subscription && !opening) {
      const closing = subscription
      subscription = null
      closing.close().catch(fail)
    }
  }
  const hurry = (): void => {
    cancelLazy = null
    urgent = true
    stir()
  }

  const open = async (): Promise<void> => {
    subscription = await bus.subscribe({
      topics: options.topics,
      assignment: { kind: 'all' },
      start: (topic, partition) => nextOffsets.get(`${topic}/${partition}`) ?? options.start(topic, partition),
      onRecords,
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
      onFailed: fail,
      pace: 'calm',
      lingerMs: 80, // what is shown or filed is written in lots anyway
    })
    if (failure) await subscription.close()
  }
  await open()

  const take = (): readonly Incoming[] => {
    const batch = held.slice(0, maxBatch)
    held = held.slice(maxBatch)
    urgent = held.length > 0
    if (!urgent) {
      cancelLazy?.()
      cancelLazy = null
    }
    if (subscription === null && opening === null && held.length < maxHeld / 2) {
      opening = open()
        .catch(fail)
        .finally(() => {
          opening = null
        })
    }
    return batch
  }

  return {
    async next() {
      for (;;) {
        if (failure) throw failure
        if (urgent) return take()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    held: () => held.length,
    async close() {
      fail(new Error('closed'))
      cancelLazy?.()
      await opening
      await subscription?.close()
    },
  }
}
