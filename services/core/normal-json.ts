import { unsafeKeys } from './normal-names.ts'

const maxDepth = 100

/**
 * The first place where a value is not plain JSON: a key that would change every object's prototype, a number that JSON has not, nesting that
 * overflows a stack. Null when there is none.
 */
export const jsonProblem = (value: unknown, path = '', depth = 0): { readonly path: string; readonly message: string } | null => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null
  if (typeof value === 'number') return Number.isFinite(value) ? null : { path, message: `must be a number that JSON has, not ${value}` }
  if (typeof value !== 'object') return { path, message: `must be JSON, not a ${typeof value}` }
  if (depth >= maxDepth) return { path, message: `is nested deeper than ${maxDepth} levels: make it flatter` }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = jsonProblem(value[i], `${path}[${i}]`, depth + 1)
      if (problem !== null) return problem
    }
    return null
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    return { path, message: 'must be plain JSON, not an object of a class: give its parts as text, numbers and lists' }
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    if (unsafeKeys.has(key)) return { path: at, message: `the key '${key}' is not allowed: it would change JavaScript's own objects` }
    const problem = item === undefined ? null : jsonProblem(item, at, depth + 1)
    if (problem !== null) return problem
  }
  return null
}

/** The same JSON with its keys in order: one text for one meaning. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value))

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, sorted(item)]),
  )
}

export const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) deepFreeze(item)
  }
  return value
}
