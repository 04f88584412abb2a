import { MillraceError } from '../../../core/errors.ts'
import type { Logger } from '../../log.ts'

export interface Watched {
  readonly name: string
  /** A consumer silent for as long is suspected. */
  readonly silentMs: number
  readonly onStuck: (error: Error) => void
}

export interface Watchdog {
  /** The consumer fetched: to be called at each fetch. Then `unwatch`. */
  watch(watched: Watched): { fetched(): void; unwatch(): void }
  close(): void
}

const lookMs = 5000
const answerMs = 3000

/**
 * Finds consumers that kafkajs lost (a crash that it does not restart, a join that never ends). Silence while the broker itself does not answer
 * is an outage, not a stuck consumer; after an outage, and after a pause of this whole process, each gets its time again.
 */
export const makeWatchdog = (brokerAnswers: (withinMs: number) => Promise<boolean>, log: Logger): Watchdog => {
  const heard = new Map<Watched, { at: number; suspected: boolean }>()
  let looking = false
  const look = async (): Promise<void> => {
    const now = Date.now()
    const silent = [...heard].filter(([{ silentMs }, { at }]) => now - at > silentMs)
    if (silent.length === 0 || looking) return
    looking = true
    const isOutage = !(await brokerAnswers(answerMs))
    looking = false
    for (const [watched, state] of silent) {
      if (heard.get(watched) !== state || state.at > now) continue
      if (!isOutage && state.suspected) {
        heard.delete(watched)
        watched.onStuck(
          new MillraceError(
            'broker_unreachable',
            `${watched.name}: nothing was fetched for ${Math.round((2 * watched.silentMs) / 1000)} s although the broker answers`,
          ),
        )
        continue
      }
      if (!isOutage) log.warn({ subscription: watched.name }, `nothing was fetched for ${Math.round(watched.silentMs / 1000)} s`)
      state.suspected = !isOutage
      state.at = Date.now()
    }
  }
  const timer = setInterval(() => void look(), lookMs)
  timer.unref()
  return {
    watch: (watched) => {
      const state = { at: Date.now(), suspected: false }
      heard.set(watched, state)
      return {
        fetched: () => {
          state.at = Date.now()
          state.suspected = false
        },
        unwatch: () => heard.delete(watched),
      }
    },
    close: () => clearInterval(timer),
  }
}
