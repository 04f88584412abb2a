/**
 * Attempts that end side by side are told together: a request costs worker, broker and scheduler far more than the records in it. An end that comes
 * alone leaves at once; one that follows another within `gatherMs` waits at most that long for the next, and not at all when nothing else runs.
 *
 * An attempt counts as ended (E, I) only when its report is on its way: a heartbeat must not say so before.
 */
import type { Outgoing } from '../platform/bus/port.ts'
import type { Clock } from '../platform/clock.ts'
import type { Outcome } from './attempt-table.ts'

export interface Ending {
  readonly token: string
  readonly outcome: Outcome
  /** The last of its log, if it has one. */
  readonly lines: Outgoing | null
  readonly reports: readonly Outgoing[]
}

export interface Endings {
  add(ending: Ending): void
}

export interface EndingsOptions {
  readonly clock: Clock
  /** How many attempts have not ended, the waiting ones included. */
  readonly running: () => number
  readonly send: (endings: readonly Ending[]) => void
}

const gatherMs = 8

export const makeEndings = ({ clock, running, send }: EndingsOptions): Endings => {
  let waiting: Ending[] = []
  let lastAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null
  const flush = (): void => {
    cancel?.()
    cancel = null
    if (waiting.length === 0) return
    const endings = waiting
    waiting = []
    send(endings)
  }
  return {
    add(ending) {
      const now = clock.now()
      const follows = now - lastAt <= gatherMs
      lastAt = now
      waiting.push(ending)
      if (running() <= waiting.length || !(follows || cancel)) flush()
      else cancel ??= clock.after(gatherMs, flush)
    },
  }
}
