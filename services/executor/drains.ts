/** Wishes that a worker drain: records of topic `settings`, key `worker/<incarnation>`, value `{"draining": true}`. */
import type { Setting } from '../../schemas/generated/records.ts'
import { MillraceError } from '../core/errors.ts'

const prefix = 'worker/'

export const drainKey = (incarnation: string): string => `${prefix}${incarnation}`

/** The incarnation that a key of topic `settings` is about, or null. */
export const incarnationOfKey = (key: string | null): string | null => (key?.startsWith(prefix) ? key.slice(prefix.length) : null)

/** Throws `undecodable`. */
export const isDrainAsked = (setting: Setting): boolean => {
  try {
    const value: unknown = JSON.parse(setting.value)
    const { draining } = (value ?? {}) as { readonly draining?: unknown }
    if (typeof draining === 'boolean') return draining
  } catch {
    // told below, with what was found
  }
  throw new MillraceError('undecodable', `worker ${setting.name}: expected {"draining": true or false}, found ${setting.value.slice(0, 200)}`)
}
