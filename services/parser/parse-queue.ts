/** Names of files that wait to be read: each once, a few at a time, not before they are at rest. */
import { ensureError } from '../core/errors.ts'
import type { Clock } from '../platform/clock.ts'

export interface ParseQueue {
  /** Reads it soon; again, when it is being read now. */
  add(name: string): void
  /** Runs `whenEmpty` even though nothing was added. */
  wake(): void
  /** Resolves when nothing waits, nothing is under way, and `whenEmpty` has run. */
  idle(): Promise<void>
  /** Takes nothing more, and waits for what is under way. */
  close(): Promise<void>
}

export interface ParseQueueParts {
  readonly clock: Clock
  readonly parallelism: number
  readonly settleMs: number
  readonly work: (name: string) => Promise<void>
  /** It may add names. */
  readonly whenEmpty: () => Promise<void>
  readonly onFailed: (error: Error) => void
}

export const makeParseQueue = ({ clock, parallelism, settleMs, work, whenEmpty, onFailed }: ParseQueueParts): ParseQueue => {
  const settling = new Map<string, () => void>()
  const waiting = new Set<string>()
  const running = new Set<string>()
  let waiters: (() => void)[] = []
  let closed = false
  /** Something was read since `whenEmpty` ran last. */
  let stirred = false
  let sweeping = false

  const isQuiet = (): boolean => settling.size + waiting.size + running.size === 0

  const pump = (): void => {
    for (const name of waiting) {
      if (running.size >= parallelism || closed) break
      if (running.has(name)) continue
      waiting.delete(name)
      running.add(name)
      void work(name)
        .catch((thrown: unknown) => onFailed(ensureError(thrown)))
        .finally(() => {
          running.delete(name)
          pump()
        })
    }
    if (!isQuiet() || sweeping) return
    if (stirred && !closed) {
      stirred = false
      sweeping = true
      void whenEmpty()
        .catch((thrown: unknown) => onFailed(ensureError(thrown)))
        .finally(() => {
          sweeping = false
          pump()
        })
      return
    }
    const done = waiters
    waiters = []
    for (const waiter of done) waiter()
  }

  return {
    add(name) {
      if (closed) return
      stirred = true
      settling.get(name)?.()
      settling.set(
        name,
        clock.after(settleMs, () => {
          settling.delete(name)
          waiting.add(name)
          pump()
        }),
      )
    },
    wake() {
      stirred = true
      pump()
    },
    idle: () =>
      new Promise((resolve) => {
        waiters.push(resolve)
        pump()
      }),
    async close() {
      closed = true
      for (const cancel of settling.values()) cancel()
      settling.clear()
      waiting.clear()
      await new Promise<void>((resolve) => {
        waiters.push(resolve)
        pump()
      })
    },
  }
}
