import type { JsonObject } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'

/** Data that tasks update and DAGs wait for, named by a URI. */
export interface Dataset {
  readonly uri: string
  readonly extra: JsonObject
}

/**
 * Names a dataset. A task with it in `outlets` announces an update when it succeeds.
 * @param uri e.g. `postgres://warehouse/users`; at most 1,500 characters, no credentials.
 */
export const dataset = (uri: string, extra: JsonObject = {}): Dataset => {
  const problem = uriProblem(uri)
  if (problem !== null) throw new MillraceError('bad_option', `dataset ${JSON.stringify(uri)}: ${problem}`)
  return Object.freeze({ uri, extra: Object.freeze({ ...extra }) })
}

const uriProblem = (uri: unknown): string | null => {
  if (typeof uri !== 'string' || uri.trim() === '') return 'the URI must be text, e.g. postgres://warehouse/users'
  if (uri.length > 1500) return 'the URI is longer than 1,500 characters'
  if (/[\s\p{Cc}]/u.test(uri)) return 'the URI has white space in it: write %20'
  if (/^[^/]*:\/\/[^/@]*:[^/@]*@/.test(uri)) return 'the URI holds a password: a dataset is a name that everybody sees, leave the credentials out'
  return null
}

/** The URI of a dataset or of a URI given as such. */
export const datasetUri = (given: Dataset | string): string => (typeof given === 'string' ? dataset(given).uri : given.uri)
