/** What a task may ask of its process (sdk AttemptHost): secrets are noted before they are handed out. */
import { MillraceError } from '../../core/errors.ts'
import { isSensitiveName, parseConnection, secretsOf } from '../../sdk/connections.ts'
import type { AttemptHost } from '../../sdk/runtime/attempt.ts'
import type { Masker } from '../mask.ts'
import type { ControlLines } from './control-lines.ts'
import type { XComStore } from './xcom-folder.ts'

export interface HostParts {
  readonly lines: ControlLines
  readonly masker: Masker
  readonly xcomStore: XComStore
  /** Asks the worker; null: there is none. */
  readonly ask: (what: 'connection' | 'variable', key: string) => Promise<string | null>
}

/** Environment variables that would name it, for the error's text. */
const variableName = (prefix: string, key: string): string => `${prefix}${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`

export const makeAttemptHost = (parts: HostParts, signal: AbortSignal, onRendered: (json: string) => void): AttemptHost => {
  const { lines, masker, xcomStore, ask } = parts
  const maskSecret = (value: string): void => {
    if (value === '') return
    masker.add(value)
    lines.secret(value)
  }
  return {
    async connection(id) {
      const text = await ask('connection', id)
      if (text === null)
        throw new MillraceError(
          'connection_not_found',
          `there is no connection '${id}': set ${variableName('MILLRACE_CONN_', id)} on the worker, as a URI or JSON`,
        )
      const connection = parseConnection(id, text)
      for (const secret of secretsOf(connection)) maskSecret(secret)
      return connection
    },
    async variable(key) {
      const value = await ask('variable', key)
      if (value === null)
        throw new MillraceError('variable_not_found', `there is no variable '${key}': set ${variableName('MILLRACE_VAR_', key)} on the worker`)
      if (isSensitiveName(key)) maskSecret(value)
      return value
    },
    log: (level, text) => lines.log(level === 'warn' ? 'warning' : level, text),
    rendered: (json) => onRendered(masker.mask(json)),
    signal,
    xcomStore,
    maskSecret,
  }
}
