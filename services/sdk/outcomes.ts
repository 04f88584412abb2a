/**
 * How a task ends itself early. Both are thrown; `executeAttempt` knows them by a global symbol, so that a second copy of this module (a test that
 * runs from source beside the built one) makes no difference.
 */
import type { Trigger } from '../core/trigger.ts'

const ending = Symbol.for('millrace.ending')

/** What comes back with the event, and until when it may come. */
export interface Wait {
  readonly method: string | null
  readonly state: unknown
  readonly timeoutAt: number | null
}

export interface Ending extends Error {
  readonly [ending]:
    | { readonly kind: 'skip' | 'fail' }
    | { readonly kind: 'reschedule'; readonly nextPokeAt: number }
    | { readonly kind: 'defer'; readonly trigger: Trigger; readonly wait: Wait }
}

const makeEnding = (message: string, name: string, how: Ending[typeof ending]): Ending => {
  const error = new Error(message)
  error.name = name
  return Object.assign(error, { [ending]: how })
}

/**
 * Ends the task as `skipped`; tasks downstream of it follow their trigger rules.
 * @example if (rows.length === 0) skip('no new users today')
 */
export function skip(message = 'skipped by its own code'): never {
  throw makeEnding(message, 'SkipTask', { kind: 'skip' })
}

/**
 * Ends the task as `failed`, whatever retries remain. Throw any other error where trying again may help.
 * @example if (status === 401) fail('the API key is not accepted')
 */
export function fail(message = 'failed by its own code'): never {
  throw makeEnding(message, 'FailTask', { kind: 'fail' })
}

/** A sensor in mode `reschedule` frees its slot and looks again at `nextPokeAt` (ms since the epoch). */
export const reschedule = (nextPokeAt: number): Ending =>
  makeEnding(`looks again at ${new Date(nextPokeAt).toISOString()}`, 'Reschedule', { kind: 'reschedule', nextPokeAt })

/** The task waits for the trigger's event in the triggerer. */
export const deferring = (trigger: Trigger, wait: Wait): Ending => makeEnding('deferred', 'Defer', { kind: 'defer', trigger, wait })

/** How the thrown thing asks the task to end, or null for an ordinary error. */
export const endingOf = (thrown: unknown): Ending[typeof ending] | null =>
  typeof thrown === 'object' && thrown !== null && ending in thrown ? (thrown as Ending)[ending] : null
