/** What a dataset event may be, whoever publishes it: as Avro, or as JSON with the header `content-type: application/json`. */
import type { DatasetEvent } from './generated/records.ts'

export const maxUriLength = 1500
export const maxEventIdLength = 1000
/** Of a record's value. */
export const maxEventBytes = 100_000
/** It travels with the tasks of the runs that it makes: the data themselves belong elsewhere. */
export const maxExtraBytes = 48 * 1024

/** The id of an event to which its producer gave none: its place. It can come only once. */
export const placeId = (partition: number, offset: number): string => `dataset-events/${partition}/${offset}`

/** What is wrong with a dataset's URI, or null. */
export const uriProblem = (uri: unknown): string | null => {
  if (typeof uri !== 'string' || uri.trim() === '') return 'the URI must be text, e.g. postgres://warehouse/users'
  if (uri.length > maxUriLength) return 'the URI is longer than 1,500 characters'
  if (/[\s\p{Cc}]/u.test(uri)) return 'the URI has white space in it: write %20'
  if (/^[^/]*:\/\/[^/@]*:[^/@]*@/.test(uri)) return 'the URI holds a password: a dataset is a name that everybody sees, leave the credentials out'
  return null
}

/** What is wrong with an event, as a code of core/errors.ts and a sentence; null: nothing. */
export const eventProblem = ({
  uri,
  id,
  extra,
}: Pick<DatasetEvent, 'uri' | 'id' | 'extra'>): { readonly code: 'undecodable' | 'too_big'; readonly message: string } | null => {
  const problem = uriProblem(uri)
  if (problem !== null) return { code: 'undecodable', message: problem }
  if (id.length > maxEventIdLength) return { code: 'too_big', message: `its id has ${id.length} characters, at most ${maxEventIdLength} are allowed` }
  const bytes = new TextEncoder().encode(extra).length
  if (bytes > maxExtraBytes)
    return { code: 'too_big', message: `its extra has ${bytes} bytes, at most ${maxExtraBytes} are allowed: say where the data are, do not send them` }
  return isObjectText(extra) ? null : { code: 'undecodable', message: 'its extra must be the text of a JSON object' }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

const isObjectText = (text: string): boolean => {
  try {
    return isObject(JSON.parse(text))
  } catch {
    return false
  }
}

/** Fields that may be left out. */
type Otherwise = Pick<DatasetEvent, 'uri' | 'id' | 'at'>

/** The event that JSON text holds, or what is wrong with it. `extra` is an object (or its text), `at` milliseconds or ISO text; others' fields are ignored. */
export const eventFromJson = (text: string, otherwise: Otherwise): DatasetEvent | string => {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (thrown) {
    return `it says to be JSON, and is none: ${(thrown as Error).message}`
  }
  if (!isObject(given)) return 'it must be a JSON object such as {"uri": "file:///data/users.csv", "extra": {"rows": 3}}'
  const at = instantOf(given.at) ?? (given.at === undefined || given.at === null ? otherwise.at : null)
  if (at === null) return 'at must be milliseconds since the epoch or ISO text such as "2024-03-01T06:00:00Z"'
  const extra = given.extra ?? {}
  if (typeof extra !== 'string' && !isObject(extra)) return 'extra must be an object'
  for (const name of ['uri', 'id', ...sourceFields, 'producer']) if (!isTextOrNothing(given[name])) return `${name} must be text`
  const text_ = (name: string): string | null => (typeof given[name] === 'string' && given[name] !== '' ? given[name] : null)
  return {
    uri: text_('uri') ?? otherwise.uri,
    id: text_('id') ?? otherwise.id,
    at,
    extra: typeof extra === 'string' ? extra : JSON.stringify(extra),
    sourceDagId: text_('sourceDagId'),
    sourceRunId: text_('sourceRunId'),
    sourceTaskId: text_('sourceTaskId'),
    sourceMapIndex: Number.isSafeInteger(given.sourceMapIndex) ? Number(given.sourceMapIndex) : null,
    producer: text_('producer'),
  }
}

const sourceFields = ['sourceDagId', 'sourceRunId', 'sourceTaskId']

const isTextOrNothing = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string'

const instantOf = (value: unknown): number | null => {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isSafeInteger(ms) ? ms : null
}
