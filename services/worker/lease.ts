/**
 * M. The lease of one incarnation: `leaseMs` from the *send* of its last acknowledged heartbeat. It is measured on a clock that counts suspension and
 * that the reaper reads, too. We stop 100 ms before the reaper does, so that a renewal never meets a reaper that has just killed.
 */
import { uptime } from 'node:os'
import type { Clock } from '../platform/clock.ts'

/**
 * Milliseconds on the reaper's clock: time since boot, suspension included, on Linux (/proc/uptime); the wall clock elsewhere. It is asked several
 * times for each attempt and is a file to read, so an answer holds for 10 ms by both other clocks: the steady one goes on through
 * a clock that is set, the wall clock through a suspension.
 */
export const leaseClockMs = (): number => {
  if (process.platform !== 'linux') return Date.now()
  const wallMs = Date.now()
  const steadyMs = performance.now()
  if (steadyMs - sample.steadyMs >= freshMs || Math.abs(wallMs - sample.wallMs) >= freshMs) sample = { wallMs, steadyMs, uptimeMs: Math.round(uptime() * 1000) }
  return sample.uptimeMs
}

const freshMs = 10
let sample = { wallMs: 0, steadyMs: Number.NEGATIVE_INFINITY, uptimeMs: 0 }

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
