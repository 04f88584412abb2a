import { useSyncExternalStore } from 'react'

/** One clock for the whole page: "3 min ago" and running durations move together, and only while somebody looks. */
const openClock = (everyMs: number) => {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = (): void => {
    now = Date.now()
    for (const listener of listeners) listener()
  }
  return {
    now: () => now,
    subscribe: (listener: () => void) => {
      if (listeners.size === 0) {
        now = Date.now()
        timer = setInterval(tick, everyMs)
      }
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearInterval(timer)
      }
    },
  }
}

const seconds = openClock(1000)
const minutes = openClock(15_000)

const never = () => () => {}

/** Now, moving each second; `live: false` keeps it still (what is finished does not count on). */
export const useNow = (live = true): number => useSyncExternalStore(live ? seconds.subscribe : never, seconds.now)

/** Now, moving four times a minute: enough for "3 min ago". */
export const useSlowNow = (): number => useSyncExternalStore(minutes.subscribe, minutes.now)
