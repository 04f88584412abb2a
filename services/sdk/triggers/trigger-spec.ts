import type { JsonObject } from '../../core/dag.ts'
import type { TriggerKind } from '../../core/trigger.ts'

const triggerMark = Symbol.for('millrace.trigger')

/** What a deferred task waits for: made by `triggers.*`, or by a trigger of your own. */
export interface TriggerSpec {
  readonly kind: TriggerKind
  readonly name: string | null
  readonly args: JsonObject
  readonly [triggerMark]: true
}

export const triggerSpec = (kind: TriggerKind, args: JsonObject, name: string | null = null): TriggerSpec =>
  Object.freeze({ kind, name, args: Object.freeze(args), [triggerMark]: true as const })

export const isTriggerSpec = (value: unknown): value is TriggerSpec => typeof value === 'object' && value !== null && triggerMark in value
