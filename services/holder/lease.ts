/**
 * M. The lease of one incarnation: `leaseMs` from the *send* of its last acknowledged heartbeat. It is measured on a clock that counts suspension and
 * that the reaper reads, too. We stop 100 ms before the reaper does, so that a renewal seldom meets a reaper that has just killed; when it does (we
 * stood still between check and renewal), the reaper does not come back to life and says so (`Reaper.over`).
 */
import { type Clock, systemClock } from '../platform/clock.ts'

/** Milliseconds on the reaper's clock: the steady one where a shell can read it (Linux: /proc/uptime), the wall clock elsewhere. */
export const leaseClockMs = (): number => (process.platform === 'linux' ? systemClock.steady() : Date.now())

const marginMs = 100

export interface Lease {
  /** To be called with the time of the send once the heartbeat is acknowledged. False: too late, the lease is over for good. */
  renew(sentAtMs: number): boolean
  /** Over for good: once true, always true. */
  isOver(): boolean
  stop(): void
}

export interface LeaseOptions {
  readonly clock: Clock
  readonly leaseMs: number
  readonly nowMs?: () => number
  /** Passes the deadline on to the reaper. */
  readonly onRenewed: (deadlineMs: number) => void
  readonly onOver: () => void
}

/** Starts with its first renewal: before the hello is acknowledged nothing can run. */
export const openLease = ({ clock, leaseMs, nowMs = leaseClockMs, onRenewed, onOver }: LeaseOptions): Lease => {
  let deadlineMs = Number.POSITIVE_INFINITY
  let over = false
  let stopped = false
  let cancel = (): void => {}
  const check = (): boolean => {
    if (over || stopped || nowMs() <= deadlineMs - marginMs) return over
    over = true
    cancel()
    onOver()
    return true
  }
  const arm = (): void => {
    cancel = clock.after(Math.max(1, deadlineMs - marginMs - nowMs() + 1), () => {
      if (!check() && !stopped) arm()
    })
  }
  return {
    renew(sentAtMs) {
      if (check()) return false
      const first = deadlineMs === Number.POSITIVE_INFINITY
      deadlineMs = first ? sentAtMs + leaseMs : Math.max(deadlineMs, sentAtMs + leaseMs)
      if (check()) return false
      onRenewed(deadlineMs)
      if (first) arm()
      return true
    },
    isOver: check,
    stop() {
      stopped = true
      cancel()
    },
  }
}
