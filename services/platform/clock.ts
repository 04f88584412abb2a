import { uptime } from 'node:os'

/** Time as a dependency: loops take it as an argument, so that the simulator can own it. */
export interface Clock {
  /** Milliseconds since the epoch, as the machine has it: it may be set. */
  now(): number
  /** Milliseconds since some moment: nobody sets it, it never goes back, and where the machine can tell it counts suspension. Leases go by it. */
  steady(): number
  /** Calls back once, no sooner than `delayMs` from now; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void
}

/**
 * Time since boot on Linux (/proc/uptime), which counts suspension; the process's own steady time elsewhere. It is asked several times for each attempt
 * and is a file to read, so an answer holds for 10 ms by both other clocks: the steady one goes on through a clock that is set, the wall clock through
 * a suspension.
 */
const steadyMs = (): number => {
  const processMs = performance.now()
  if (process.platform !== 'linux') return processMs
  const wallMs = Date.now()
  if (processMs - sample.processMs >= freshMs || Math.abs(wallMs - sample.wallMs) >= freshMs)
    sample = { wallMs, processMs, uptimeMs: Math.round(uptime() * 1000) }
  return sample.uptimeMs
}

const freshMs = 10
let sample = { wallMs: 0, processMs: Number.NEGATIVE_INFINITY, uptimeMs: 0 }

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: steadyMs,
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
