/** Pools: named numbers of slots (SEMANTICS 8), set by records of topic `settings`, key `pool/<name>`. */

import type { Setting } from '../../schemas/generated/records.ts'
import { MillraceError } from '../core/errors.ts'

export interface Pool {
  /** Infinity: no limit (-1 in its setting, as in Airflow). */
  readonly slots: number
  readonly includeDeferred: boolean
}

export interface Pools {
  /** undefined: there is no such pool; what asks for it waits. */
  get(name: string): Pool | undefined
  names(): Iterable<string>
  /** null: it was deleted. */
  set(name: string, pool: Pool | null): void
}

const defaultPool: Pool = { slots: 128, includeDeferred: false }

export const makePools = (): Pools => {
  const pools = new Map<string, Pool>([['default_pool', defaultPool]])
  return {
    get: (name) => pools.get(name),
    names: () => pools.keys(),
    set(name, pool) {
      if (pool) pools.set(name, pool)
      else if (name === 'default_pool') pools.set(name, defaultPool)
      else pools.delete(name)
    },
  }
}

/** The pool that a setting describes, or null for a setting of another kind. Throws `undecodable`. */
export const poolOf = (setting: Setting): Pool | null => {
  if (setting.kind !== 'pool') return null
  const value: unknown = parse(setting)
  const { slots, include_deferred: includeDeferred = false } = (typeof value === 'object' && value !== null ? value : {}) as {
    slots?: unknown
    include_deferred?: unknown
  }
  if (!Number.isInteger(slots) || (slots as number) < -1 || typeof includeDeferred !== 'boolean')
    throw new MillraceError(
      'undecodable',
      `pool ${setting.name}: expected {"slots": a whole number from 0, or -1 for no limit, "include_deferred": true or false}, found ${setting.value.slice(0, 200)}: set the pool again`,
    )
  return { slots: slots === -1 ? Number.POSITIVE_INFINITY : (slots as number), includeDeferred }
}

const parse = (setting: Setting): unknown => {
  try {
    return JSON.parse(setting.value)
  } catch (cause) {
    throw new MillraceError('undecodable', `pool ${setting.name}: its value is no JSON: set the pool again`, { cause })
  }
}

/** Name of the pool that a key of topic `settings` is about, or null. */
export const poolOfKey = (key: string | null): string | null => (key?.startsWith('pool/') ? key.slice('pool/'.length) : null)
