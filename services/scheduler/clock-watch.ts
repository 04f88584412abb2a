/**
 * Whether this machine's clock goes with the broker's (PROTOCOL: more than 2 s off is reported). The broker stamps our record between the moment it was
 * sent and the moment it is read back: a stamp outside of that is a clock that is off, however slow the way was.
 */
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'

export interface ClockWatch {
  /** A record of ours was read back now; `sentAt` by our clock, `stampedAt` by the broker's. */
  observed(sentAt: number, stampedAt: number): void
  /** By how much our clock is ahead (behind: below 0), when that is more than 2 s; else null. */
  offMs(): number | null
}

const toleratedMs = 2000
const sayEveryMs = 60_000

export const makeClockWatch = (clock: Clock, log: Logger, onChanged: () => void): ClockWatch => {
  let off: number | null = null
  let saidAt = Number.NEGATIVE_INFINITY
  return {
    offMs: () => off,
    observed(sentAt, stampedAt) {
      const now = clock.now()
      const ahead = sentAt - stampedAt
      const behind = stampedAt - now
      const before = off
      off = ahead > toleratedMs ? ahead : behind > toleratedMs ? -behind : null
      if (off !== null && Math.abs(now - saidAt) >= sayEveryMs) {
        saidAt = now
        log.warn(
          { offMs: off },
          `this machine's clock is ${(Math.abs(off) / 1000).toFixed(1)} s ${off > 0 ? 'ahead of' : 'behind'} the broker's: schedules, retries and time-outs come ${off > 0 ? 'early' : 'late'}; set both by NTP`,
        )
      }
      // The exact number trembles: a change is one that a person would see.
      if ((before === null) !== (off === null) || Math.abs((before ?? 0) - (off ?? 0)) > toleratedMs) onChanged()
    },
  }
}
