import type { Incoming } from '../../services/platform/bus/port.ts'

/** Waits for a condition that changes with `note()`; fails with what was seen when the deadline passes. */
export interface Collector<T> {
  readonly seen: readonly T[]
  note(...items: T[]): void
  /** Resolves as soon as the condition holds. */
  until(what: string, condition: (seen: readonly T[]) => boolean): Promise<void>
}

const deadlineMs = 20_000

export const makeCollector = <T>(show: (item: T) => unknown = (item) => item): Collector<T> => {
  const seen: T[] = []
  const waiting = new Set<() => void>()
  return {
    seen,
    note(...items) {
      seen.push(...items)
      for (const look of [...waiting]) look()
    },
    until: (what, condition) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`not within ${deadlineMs / 1000} s: ${what}; seen (${seen.length}): ${JSON.stringify(seen.slice(-30).map(show))}`))
        }, deadlineMs)
        const look = (): void => {
          if (!condition(seen)) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

export const collectRecords = (): Collector<Incoming> => makeCollector<Incoming>((r) => [r.partition, r.offset, r.key])
