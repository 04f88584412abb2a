/** Values between tasks: JSON, small ones inline, larger ones in the XCom store with a reference `{"$xcom": ref}` in their place. */
import type { UpstreamXCom, XCom } from '../../../schemas/generated/records.ts'
import type { AttemptContext } from '../../core/attempt-context.ts'
import { MillraceError } from '../../core/errors.ts'
import { shown } from '../../core/normal-kinds.ts'
import type { AttemptHost } from './attempt.ts'

export const maxInlineBytes = 48 * 1024
export const maxValueBytes = 64_000_000
/** What one attempt's report carries inline, over all keys: it has to fit a record. */
const maxInlineTotalBytes = 256 * 1024

const referenceKey = '$xcom'

/** JSON of a value that a task left; undefined is none. Throws `bad_request` naming the place where it is not JSON, `too_big` over 64 MB. */
export const xcomJson = (what: string, value: unknown): string | undefined => {
  if (value === undefined) return undefined
  checkJson(what, value)
  const json = JSON.stringify(value)
  const bytes = Buffer.byteLength(json)
  if (bytes > maxValueBytes)
    throw new MillraceError(
      'too_big',
      `${what} is ${Math.ceil(bytes / 1e6)} MB of JSON, at most ${maxValueBytes / 1e6} MB are allowed: write it to a file or a database and return where it is`,
    )
  return json
}

/** Turns what was left into records of the report; puts into the store what is too big for it. */
export const storeXComs = async (left: ReadonlyMap<string, string>, store: AttemptHost['xcomStore']): Promise<readonly XCom[]> => {
  const xcoms: XCom[] = []
  let total = 0
  for (const [key, json] of left) {
    const bytes = Buffer.byteLength(json)
    const inline = bytes <= maxInlineBytes && total + bytes <= maxInlineTotalBytes && !looksLikeReference(json)
    if (inline) total += bytes
    xcoms.push({ key, value: inline ? json : JSON.stringify({ [referenceKey]: await store.put(json) }) })
  }
  return xcoms
}

/** A value of a task that has this very shape goes to the store, so that nobody takes it for a reference. */
const looksLikeReference = (json: string): boolean => json.startsWith(`{"${referenceKey}":`)

export interface UpstreamValues {
  has(taskId: string, key: string): boolean
  /** The value, null when there is none, or a promise of it when it lies in the store. Of a mapped task the list of its instances' values, in order. */
  get(taskId: string, key: string): unknown
}

/** `context` says which results are lists; of a task in the same mapped group only the instance with the same index counts. */
export const makeUpstreamValues = (
  xcoms: readonly UpstreamXCom[],
  store: AttemptHost['xcomStore'],
  context: Pick<AttemptContext, 'mapIndex' | 'listed'>,
): UpstreamValues => {
  const listed = new Set(context.listed)
  const found = new Map<string, UpstreamXCom[]>()
  for (const xcom of xcoms) {
    const { taskId, key, mapIndex } = xcom
    if (!listed.has(taskId) && mapIndex >= 0 && mapIndex !== context.mapIndex) continue
    const place = `${taskId}\n${key}`
    const others = found.get(place)
    if (others === undefined) found.set(place, [xcom])
    else others.push(xcom)
  }
  for (const instances of found.values()) instances.sort((a, b) => a.mapIndex - b.mapIndex)
  const parsedValue = (text: string): unknown => {
    const value: unknown = JSON.parse(text)
    return looksLikeReference(text) ? store.get((value as { [referenceKey]: string })[referenceKey]).then((json) => JSON.parse(json) as unknown) : value
  }
  return {
    has: (taskId, key) => listed.has(taskId) || found.has(`${taskId}\n${key}`),
    get(taskId, key) {
      const instances = found.get(`${taskId}\n${key}`) ?? []
      if (!listed.has(taskId)) return instances[0] === undefined ? null : parsedValue(instances[0].value)
      const values = instances.map(({ value }) => parsedValue(value))
      return values.some((value) => value instanceof Promise) ? Promise.all(values) : values
    },
  }
}

/** How many items a return value has that others may be mapped over: a list's, or a record's entries. Null for anything else. */
export const resultLength = (json: string | undefined, result: unknown): number | null => {
  if (json === undefined || typeof result !== 'object' || result === null) return null
  // Only what says itself how it becomes JSON must be asked there.
  const plain: unknown = 'toJSON' in result ? JSON.parse(json) : result
  if (Array.isArray(plain)) return plain.length
  return typeof plain === 'object' && plain !== null ? Object.values(plain).filter((value) => value !== undefined).length : null
}

/** Refuses what JSON.stringify would silently change or trip over. */
const checkJson = (what: string, value: unknown): void => {
  const above: object[] = []
  const refuse = (path: string, is: string, remedy: string): never => {
    throw new MillraceError('bad_request', `${path} is ${is}, which JSON cannot hold: ${remedy}`)
  }
  const walk = (path: string, item: unknown): void => {
    if (typeof item === 'bigint') refuse(path, `the BigInt ${shown(item)}`, 'return String(it) or Number(it)')
    if (typeof item === 'function') refuse(path, 'a function', 'return what it gives instead')
    if (typeof item === 'symbol') refuse(path, 'a symbol', 'return text instead')
    if (typeof item === 'number' && !Number.isFinite(item)) refuse(path, String(item), 'return null or text instead')
    if (typeof item !== 'object' || item === null) return
    if (item instanceof Date && Number.isNaN(item.getTime())) refuse(path, 'an invalid Date', 'check it before you return it')
    if ('toJSON' in item && typeof item.toJSON === 'function') return
    if (item instanceof Map) refuse(path, 'a Map', 'return Object.fromEntries(it) or [...it]')
    if (item instanceof Set) refuse(path, 'a Set', 'return [...it]')
    if (item instanceof Promise) refuse(path, 'a Promise', 'await it first')
    if (above.includes(item)) refuse(path, 'an object that contains itself', 'return only the parts that are needed')
    if (above.length >= 500) refuse(path, 'nested deeper than 500 levels', 'return a flatter value')
    above.push(item)
    if (Array.isArray(item)) for (let i = 0; i < item.length; i++) walk(`${path}[${i}]`, item[i])
    else for (const [name, part] of Object.entries(item)) walk(`${path}.${name}`, part)
    above.pop()
  }
  walk(what, value)
}
