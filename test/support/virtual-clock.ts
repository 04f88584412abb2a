/** A clock that stands still until a test moves it; timers that come due ring in order, each after the work of the one before. What it
 * moves forward counts as time that passed. */
import type { Clock } from '../../services/platform/clock.ts'

export interface VirtualClock extends Clock {
  /** Moves it by so much, back as well; timers ring only forward. */
  move(ms: number): Promise<void>
}

export const makeVirtualClock = (start: string): VirtualClock => {
  let now = Date.parse(start)
  let passed = 0
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  return {
    now: () => now,
    steady: () => passed,
    after(delayMs, callback) {
      const timer = { at: now + delayMs, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async move(ms) {
      const end = now + ms
      passed += Math.max(0, ms)
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next || ms < 0) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.callback()
        await settle()
      }
      now = end
      await settle()
    },
  }
}
