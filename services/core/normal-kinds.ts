/** What an option or field may be: the test, and its words for people. Shared by the SDK (at the author's line) and normal-dag (whoever published it). */
import { uriProblem } from '../../schemas/dataset-event.ts'
import { durationMs } from './normal-duration.ts'

export interface Kind {
  /** `a whole number of 0 or more`. */
  readonly says: string
  readonly holds: (value: unknown) => boolean
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
const isSmallObject = (value: unknown): boolean => isObject(value) && JSON.stringify(value).length <= 8000
const isText = (value: unknown): boolean => typeof value === 'string'

/** A DAG keeps so many finished runs at most, however it counts them: each has a line in the scheduler's memory. */
export const maxKeptRuns = 100_000
export const defaultKeptRuns = 10_000

export const kinds = {
  text: { says: 'text', holds: isText },
  nonEmpty: { says: 'text that is not empty', holds: (value) => typeof value === 'string' && value.trim() !== '' },
  flag: { says: 'true or false', holds: (value) => typeof value === 'boolean' },
  whole: { says: 'a whole number', holds: (value) => Number.isSafeInteger(value) },
  count: { says: 'a whole number of 0 or more', holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0 },
  positive: { says: 'a whole number of 1 or more', holds: (value) => Number.isSafeInteger(value) && Number(value) >= 1 },
  duration: { says: "a duration such as '90s', '3m', '1h30m', or milliseconds", holds: (value) => durationMs(value) !== null },
  /** A limit of 0 would end everything before it begins. */
  timeout: { says: "a duration of more than 0 such as '90s', '3m', '1h30m', or milliseconds", holds: (value) => (durationMs(value) ?? 0) > 0 },
  timeoutMs: { says: 'milliseconds as a whole number of 1 or more', holds: (value) => typeof value === 'number' && (durationMs(value) ?? 0) > 0 },
  durationMs: { says: 'milliseconds as a whole number of 0 or more', holds: (value) => typeof value === 'number' && durationMs(value) !== null },
  backoff: {
    says: 'true, false or a multiplier of 1 or more',
    holds: (value) => typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value) && (value >= 1 || value === 0)),
  },
  multiplier: {
    says: '0 (off) or a multiplier of 1 or more',
    holds: (value) => typeof value === 'number' && Number.isFinite(value) && (value >= 1 || value === 0),
  },
  keepRuns: {
    says: `a number of finished runs (1 to ${maxKeptRuns}) or an age such as '7d'`,
    holds: (value) =>
      typeof value === 'string' ? (durationMs(value) ?? 0) > 0 : Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= maxKeptRuns,
  },
  object: { says: 'an object', holds: isObject },
  texts: { says: 'a list of texts', holds: (value) => Array.isArray(value) && value.every(isText) },
  uris: {
    says: 'a list of at most 100 dataset URIs, without white space or passwords',
    holds: (value) => Array.isArray(value) && value.length <= 100 && value.every((uri) => uriProblem(uri) === null),
  },
  extras: {
    says: 'an object of at most 100 objects of 8,000 characters each',
    holds: (value) => isObject(value) && Object.values(value as object).length <= 100 && Object.values(value as object).every(isSmallObject),
  },
  textMap: { says: 'an object of texts', holds: (value) => isObject(value) && Object.values(value as object).every(isText) },
  function: { says: 'a function', holds: (value) => typeof value === 'function' },
  any: { says: 'anything', holds: () => true },
} as const satisfies Record<string, Kind>

export const oneOf = (...values: readonly string[]): Kind => ({
  says: `one of ${values.join(', ')}`,
  holds: (value) => typeof value === 'string' && values.includes(value),
})

export const orNull = (kind: Kind): Kind => ({ says: `${kind.says}, or null`, holds: (value) => value === null || kind.holds(value) })

/** A value as an error message shows it: short, and never a whole document. */
export const shown = (value: unknown): string => {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint' || typeof value === 'symbol' || value === undefined) return String(value)
  if (typeof value === 'number') return String(value)
  if (value instanceof Date) return 'a Date'
  let text: string
  try {
    text = JSON.stringify(value) ?? String(value)
  } catch {
    return 'an object that refers to itself'
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
