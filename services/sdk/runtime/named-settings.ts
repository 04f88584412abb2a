/** Connections and variables as tasks and triggers get them, wherever they are kept: asked for by name, their secrets noted before they are handed out. */
import { MillraceError } from '../../core/errors.ts'
import { isSensitiveName } from '../../core/sensitive-names.ts'
import { parseConnection, secretsOf } from '../connections.ts'
import type { AttemptHost } from './attempt.ts'

/** The text as it was set; null: there is none. */
export type AskSetting = (what: 'connection' | 'variable', key: string) => Promise<string | null>

/** As an environment variable spells it: `my-db` is MY_DB. */
export const spelledAsVariable = (key: string): string => key.toUpperCase().replace(/[^A-Z0-9]/g, '_')

/** Environment variables that name them. */
export const connectionVariable = (id: string): string => `MILLRACE_CONN_${spelledAsVariable(id)}`
export const variableVariable = (key: string): string => `MILLRACE_VAR_${spelledAsVariable(key)}`

/** `where`: whose environment they are looked for in, for the error's text (' on the worker'). Rejects with `connection_not_found`, `variable_not_found`. */
export const namedSettings = (
  ask: AskSetting,
  maskSecret: AttemptHost['maskSecret'],
  where: string,
): Pick<AttemptHost, 'connection' | 'variable' | 'maskSecret'> => ({
  async connection(id) {
    const text = await ask('connection', id)
    if (text === null)
      throw new MillraceError('connection_not_found', `there is no connection '${id}': set ${connectionVariable(id)}${where}, as a URI or JSON`)
    const connection = parseConnection(id, text)
    for (const secret of secretsOf(connection)) maskSecret(secret)
    return connection
  },
  async variable(key) {
    const value = await ask('variable', key)
    if (value === null) throw new MillraceError('variable_not_found', `there is no variable '${key}': set ${variableVariable(key)}${where}`)
    if (isSensitiveName(key)) maskSecret(value)
    return value
  },
  maskSecret,
})
