/**
 * The live stream's heart: messages wait until the projection has committed past their record (so that a GET already shows what they say), then
 * get a number, stand in the ring for those who resume, and go to every listener. In record order within a partition.
 */
import type { Clock } from '../../platform/clock.ts'
import type { Committed } from './committed.ts'
import type { LiveMessage } from './live-messages.ts'

export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** When it happened, for the lag. */
  readonly at: number
}

export interface Numbered {
  readonly id: number
  readonly message: LiveMessage
}

export interface LiveListener {
  onMessage(numbered: Numbered): void
  onLag(lagSeconds: number | null): void
  /** What was missed cannot be told. */
  onReset(): void
}

export interface LiveHub {
  offer(place: Place, message: LiveMessage | null): void
  /** What a GET shows already. */
  tell(message: LiveMessage): void
  /** Whether anybody listens. */
  isHeard(): boolean
  /** What came after `id`; null: it is not all there any more, or was never ours. */
  since(id: number): readonly Numbered[] | null
  newestId(): number
  listen(listener: LiveListener): () => void
  /** Age of the oldest event that is not shown yet; 0: all is shown; null: Postgres does not answer. */
  lagSeconds(): number | null
  close(): void
}

const ringSize = 5_000
const lagEveryMs = 1_000
/** While Postgres is away: older ones are given up, and everybody is told to fetch again. */
const maxWaiting = 50_000

export const makeLiveHub = (committed: Committed, clock: Clock): LiveHub => {
  const waiting = new Map<string, { readonly place: Place; readonly message: LiveMessage | null }[]>()
  const listeners = new Set<LiveListener>()
  let ring: Numbered[] = []
  let nextId = 1
  let waitingCount = 0
  let toldLag: number | null = 0
  let cancelLag: (() => void) | null = null

  const release = (): void => {
    for (const [key, queue] of waiting) {
      let ready = 0
      for (const { place } of queue) {
        if (!committed.has(place.topic, place.partition, place.offset)) break
        ready++
      }
      if (ready === 0) continue
      const out = queue.splice(0, ready)
      waitingCount -= ready
      if (queue.length === 0) waiting.delete(key)
      for (const { message } of out) if (message) publish(message)
    }
    lagChanged()
  }

  const publish = (message: LiveMessage): void => {
    const numbered = { id: nextId++, message }
    ring.push(numbered)
    if (ring.length > ringSize * 2) ring = ring.slice(-ringSize)
    for (const listener of listeners) listener.onMessage(numbered)
  }

  const lagSeconds = (): number | null => {
    if (!committed.isHeard()) return null
    let oldest = Number.POSITIVE_INFINITY
    for (const [first] of waiting.values()) if (first && first.place.at < oldest) oldest = first.place.at
    return oldest === Number.POSITIVE_INFINITY ? 0 : Math.max(0, (clock.now() - oldest) / 1000)
  }

  /** At most once a second while something waits, and once when all is shown again. */
  const lagChanged = (): void => {
    if (cancelLag) return
    cancelLag = clock.after(lagEveryMs, () => {
      cancelLag = null
      const lag = lagSeconds()
      // What is written within a second of happening is no lag worth a message.
      const shown = lag !== null && lag < 1 ? 0 : lag
      if (shown !== toldLag) {
        toldLag = shown
        for (const listener of listeners) listener.onLag(shown)
      }
      if (waitingCount > 0 || shown !== 0) lagChanged()
    })
  }

  const forget = committed.onChange(release)
  return {
    offer(place, message) {
      const key = `${place.topic}/${place.partition}`
      const queue = waiting.get(key)
      if (!queue && committed.has(place.topic, place.partition, place.offset)) {
        if (message) publish(message)
        return
      }
      if (queue) queue.push({ place, message })
      else waiting.set(key, [{ place, message }])
      waitingCount++
      if (waitingCount > maxWaiting) {
        waiting.clear()
        waitingCount = 0
        ring = []
        nextId += ringSize // whoever resumes from before this is told to fetch again, too
        for (const listener of listeners) listener.onReset()
      }
      lagChanged()
    },
    tell: publish,
    isHeard: () => listeners.size > 0,
    since(id) {
      if (id >= nextId) return null
      const first = ring[0]?.id ?? nextId
      return id < first - 1 ? null : ring.filter((one) => one.id > id)
    },
    newestId: () => nextId - 1,
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    lagSeconds,
    close() {
      forget()
      cancelLag?.()
    },
  }
}
