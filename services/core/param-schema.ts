/** The JSON Schema keywords of params.ts: what each may be, and which values it refuses. */
import type { Json } from './dag.ts'
import { canonicalJson } from './normal-json.ts'
import { type Kind, kinds, shown } from './normal-kinds.ts'
import { didYouMean } from './normal-names.ts'
import { isRecord } from './normal-problems.ts'

export const schemaTypes = ['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'] as const

interface Keyword {
  readonly kind: Kind
  /** What the value must do instead, as in `be at least 1`; null when it is well. Values of other types are the keyword `type`'s business. */
  readonly refuses?: (wants: never, value: Json) => string | null
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const number: Kind = { says: 'a number', holds: isNumber }
const type: Kind = {
  says: `one of ${schemaTypes.join(', ')}, or a list of them`,
  holds: (value) => [value].flat().length > 0 && [value].flat().every((each) => (schemaTypes as readonly unknown[]).includes(each)),
}
const jsonList: Kind = { says: 'a list that is not empty', holds: (value) => Array.isArray(value) && value.length > 0 }

const typeOf = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
const isOf = (wanted: string, value: Json): boolean => (wanted === 'integer' ? Number.isInteger(value) : typeOf(value) === wanted)
const article = (word: string): string => (word === 'null' ? word : /^[aeio]/.test(word) ? `an ${word}` : `a ${word}`)

/** The engine backtracks: over this length even a pattern without nested repetition may take long. */
const maxMatched = 1000

/** A keyword about numbers (or texts, lists): it has nothing to say of other values. */
const bound =
  (size: (value: Json) => number | null, fits: (size: number, limit: number) => boolean, says: (limit: number) => string) =>
  (limit: never, value: Json): string | null => {
    const found = size(value)
    return found === null || fits(found, limit) ? null : says(limit)
  }
const asNumber = (value: Json): number | null => (typeof value === 'number' ? value : null)
const asText = (value: Json): number | null => (typeof value === 'string' ? [...value].length : null)
const asList = (value: Json): number | null => (Array.isArray(value) ? value.length : null)
const least = (size: number, limit: number): boolean => size >= limit
const most = (size: number, limit: number): boolean => size <= limit

export const schemaKeywords: Readonly<Record<string, Keyword>> = {
  type: {
    kind: type,
    refuses: (wants: string | readonly string[], value) => {
      const types = [wants].flat() as readonly string[]
      return types.some((each) => isOf(each, value)) ? null : `be ${types.map(article).join(' or ')}`
    },
  },
  enum: {
    kind: jsonList,
    refuses: (wants: readonly Json[], value) =>
      wants.some((each) => canonicalJson(each) === canonicalJson(value)) ? null : `be one of ${wants.map((each) => shown(each)).join(', ')}`,
  },
  const: { kind: kinds.any, refuses: (wants: Json, value) => (canonicalJson(wants) === canonicalJson(value) ? null : `be ${shown(wants)}`) },
  minimum: { kind: number, refuses: bound(asNumber, least, (limit) => `be at least ${limit}`) },
  maximum: { kind: number, refuses: bound(asNumber, most, (limit) => `be at most ${limit}`) },
  exclusiveMinimum: {
    kind: number,
    refuses: bound(
      asNumber,
      (size, limit) => size > limit,
      (limit) => `be more than ${limit}`,
    ),
  },
  exclusiveMaximum: {
    kind: number,
    refuses: bound(
      asNumber,
      (size, limit) => size < limit,
      (limit) => `be less than ${limit}`,
    ),
  },
  minLength: { kind: kinds.count, refuses: bound(asText, least, (limit) => `have at least ${limit} characters`) },
  maxLength: { kind: kinds.count, refuses: bound(asText, most, (limit) => `have at most ${limit} characters`) },
  minItems: { kind: kinds.count, refuses: bound(asList, least, (limit) => `have at least ${limit} items`) },
  maxItems: { kind: kinds.count, refuses: bound(asList, most, (limit) => `have at most ${limit} items`) },
  pattern: {
    kind: kinds.text,
    refuses: (wants: string, value) => {
      if (typeof value !== 'string') return null
      if (value.length > maxMatched) return `have at most ${maxMatched} characters (it is matched with a pattern)`
      return new RegExp(wants, 'u').test(value) ? null : `match ${wants}`
    },
  },
  items: { kind: kinds.object },
  properties: { kind: { says: 'an object of schemas', holds: (value) => isRecord(value) && Object.values(value).every(isRecord) } },
  required: { kind: kinds.texts },
  additionalProperties: { kind: kinds.flag },
  default: { kind: kinds.any },
  title: { kind: kinds.text },
  description: { kind: kinds.text },
  examples: { kind: jsonList },
  format: { kind: kinds.text },
}

/** What is wrong with a schema itself, or null. */
export const schemaProblem = (schema: unknown, at: string): string | null => {
  if (!isRecord(schema)) return `${at} must be a schema such as { type: 'integer' }, not ${shown(schema)}`
  for (const [name, value] of Object.entries(schema)) {
    const keyword = Object.hasOwn(schemaKeywords, name) ? schemaKeywords[name] : undefined
    if (keyword === undefined)
      return `${at}: an object with 'type' or 'enum' is a JSON Schema, and '${name}' is none of its keywords${didYouMean(name, Object.keys(schemaKeywords))}. A plain object as value: { type: 'object', default: { ... } }`
    if (!keyword.kind.holds(value)) return `${at}.${name} must be ${keyword.kind.says}, not ${shown(value)}`
  }
  const inner: readonly (readonly [string, unknown])[] = [
    ...(schema.items === undefined ? [] : [['items', schema.items] as const]),
    ...Object.entries((schema.properties ?? {}) as object).map(([name, each]) => [`properties.${name}`, each] as const),
  ]
  for (const [name, each] of inner) {
    const problem = schemaProblem(each, `${at}.${name}`)
    if (problem !== null) return problem
  }
  const pattern = typeof schema.pattern === 'string' ? patternProblem(schema.pattern) : null
  return pattern === null ? null : `${at}.pattern ${pattern}`
}

/**
 * It runs where runs are decided, on what anybody sends: nothing that may take for ever. A group that repeats without a bound must not hold a repetition
 * or an alternative itself, and there is no looking around and no reference back.
 */
const patternProblem = (pattern: string): string | null => {
  try {
    new RegExp(pattern, 'u')
  } catch (error) {
    return `is no regular expression: ${error instanceof Error ? error.message : String(error)}`
  }
  const plain = pattern
    .replaceAll(/\\[1-9k]/g, '(?=')
    .replaceAll(/\\./gs, 'x')
    .replaceAll(/\[[^\]]*\]/g, 'x')
  if (/\(\?[=!<]/.test(plain)) return 'must not look around, refer back or name groups: it has to answer quickly for any text'
  const open: boolean[] = []
  for (let i = 0; i < plain.length; i++) {
    const char = plain[i] ?? ''
    if (char === '(') {
      open.push(false)
      if (plain[i + 1] === '?') i += 2
    } else if (char === ')') {
      const holds = open.pop() ?? false
      const repeats = /^(?:[*+]|\{\d+(?:,\d*)?\})/.test(plain.slice(i + 1))
      if (holds && repeats) return 'must not repeat a group that holds a repetition or an alternative: it could take for ever on some texts'
      if (open.length > 0 && (holds || repeats)) open[open.length - 1] = true
    } else if (open.length > 0 && (char === '|' || char === '*' || char === '+' || /^\{\d+,\d*\}/.test(plain.slice(i)))) open[open.length - 1] = true
  }
  return null
}
