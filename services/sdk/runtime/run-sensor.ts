import { setTimeout as sleep } from 'node:timers/promises'
import { fail, reschedule, skip } from '../outcomes.ts'
import type { OperatorRun } from './operator-run.ts'

const defaultPokeIntervalMs = 60_000
const defaultTimeoutMs = 7 * 86_400_000

/** Looks until `poke` answers true (SEMANTICS 7). The time-out counts from the first try's start; retries and reschedules do not reset it. */
export const runSensor = async ({ args, context, facts }: OperatorRun, poke: () => Promise<boolean>): Promise<undefined> => {
  const number = (name: string, otherwise: number): number => (typeof args[name] === 'number' ? args[name] : otherwise)
  const timeoutMs = number('timeoutMs', defaultTimeoutMs)
  const startedAt = facts.firstTryStartedAt ?? Date.now()
  for (;;) {
    if (await poke()) return undefined
    context.signal.throwIfAborted()
    const elapsedMs = Date.now() - startedAt
    if (elapsedMs >= timeoutMs) {
      const message = `nothing came within ${Math.round(timeoutMs / 1000)} s`
      if (args.softFail === true) skip(message)
      fail(message)
    }
    const intervalMs = number('pokeIntervalMs', defaultPokeIntervalMs)
    // Waiting as long again as until now doubles the wait each time, and needs no count of looks, which a reschedule would forget.
    const wishedMs = args.exponentialBackoff === true ? Math.max(intervalMs, elapsedMs) : intervalMs
    const waitMs = Math.min(wishedMs, number('maxWaitMs', Number.POSITIVE_INFINITY), Math.max(0, timeoutMs - elapsedMs))
    if (args.mode === 'reschedule') throw reschedule(Date.now() + waitMs)
    await sleep(waitMs, undefined, { signal: context.signal })
  }
}
