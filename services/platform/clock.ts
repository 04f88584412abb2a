/** Time as a dependency: loops take it as an argument, so that the simulator can own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once, no sooner than `delayMs` from now; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
