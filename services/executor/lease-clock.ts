/**
 * The clock that leases are counted on: it passes only while this process runs and looks at it. A wall clock set forward by days, or a process that
 * was stopped, adds `longestStepMs` at most; neither may end everybody's lease at once. It can only make a lease longer.
 */
import type { Clock } from '../platform/clock.ts'

export const makeLeaseClock = (clock: Clock, longestStepMs: number): (() => number) => {
  let last = clock.now()
  let passed = 0
  return () => {
    const now = clock.now()
    passed += Math.min(Math.max(0, now - last), longestStepMs)
    last = now
    return passed
  }
}
