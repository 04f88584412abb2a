import { setTimeout as pause } from 'node:timers/promises'
import { MillraceError } from '../core/errors.ts'
import type { Logger } from './log.ts'
import { isAway } from './store/away.ts'

const pauseMs = 300
const sayMs = 3000

/**
 * What a service does first with its registry or database: again and again while that is away (or up, with its own database away), and a line in the log
 * every few seconds. A start of the process anew would take longer than waiting. Other failures are the caller's.
 */
export const untilReachable = async <T>(call: () => Promise<T>, log: Logger): Promise<T> => {
  for (let saidAt = Number.NEGATIVE_INFINITY; ; ) {
    try {
      return await call()
    } catch (thrown) {
      if (!passes(thrown)) throw thrown
      const now = Date.now()
      if (now - saidAt >= sayMs) {
        saidAt = now
        log.warn(`waiting: ${thrown.message}`)
      }
      await pause(pauseMs)
    }
  }
}

const passes = (thrown: unknown): thrown is MillraceError =>
  thrown instanceof MillraceError && (thrown.code === 'registry_unreachable' || (thrown.code === 'database_unreachable' && isAway(thrown.cause)))
