/** What anybody may see of the trigger that a deferred task waits for: public topics, tables and pages have no more. */
import type { JsonObject } from './dag.ts'
import { maskedByName } from './sensitive-names.ts'
import type { Trigger } from './trigger.ts'

export interface ShownTrigger {
  readonly kind: string
  /** Of the author's own trigger. */
  readonly name: string | null
  /** Secrets masked; null: too long to be shown. */
  readonly args: JsonObject | null
}

/** Lists of instances carry it, too. */
const maxArgsChars = 8_000

export const shownTrigger = ({ kind, name, args }: Pick<Trigger, 'kind' | 'name' | 'args'>): ShownTrigger => {
  const masked = maskedByName(args) as JsonObject
  return { kind, name, args: JSON.stringify(masked).length > maxArgsChars ? null : masked }
}
