/** How a trigger ended, from what it answered or threw. */
import type { Json } from '../core/dag.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import { maxDeferralChars } from '../core/trigger.ts'
import { endingOf } from '../sdk/outcomes.ts'
import type { TriggerEnd } from './code-messages.ts'

export const firedWith = (event: Json): TriggerEnd => {
  const text = JSON.stringify(event)
  if (text.length <= maxDeferralChars) return { kind: 'fired', event: text }
  const message = `the trigger's event has ${text.length} characters, at most ${maxDeferralChars} fit: answer a reference`
  return { kind: 'failed', error: { type: 'too_big', message, stack: null }, retryable: false }
}

const maxMessage = 8_000
const maxStack = 16_000

/** What a trigger threw, as its end. */
export const endOf = (thrown: unknown): TriggerEnd => {
  const error = ensureError(thrown)
  const ending = endingOf(thrown)
  if (ending?.kind === 'skip') return { kind: 'skipped', message: error.message.slice(0, maxMessage) }
  const type = error instanceof MillraceError ? error.code : error.name || 'Error'
  return {
    kind: 'failed',
    error: { type: type.slice(0, 200), message: error.message.slice(0, maxMessage), stack: (error.stack ?? '').slice(0, maxStack) || null },
    retryable: ending?.kind !== 'fail',
  }
}
