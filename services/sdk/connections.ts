import type { Json, JsonObject } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import { isSensitiveName } from '../core/sensitive-names.ts'

/** Where another system is and how to enter it. What is not known is null. */
export interface Connection {
  readonly connectionId: string
  /** `postgres`, `http`, `https`, ... */
  readonly type: string
  readonly host: string | null
  readonly port: number | null
  readonly login: string | null
  readonly password: string | null
  /** Name of the database; for http the protocol, as in Airflow. */
  readonly schema: string | null
  /** Whatever else the system needs, e.g. `sslmode`. */
  readonly extra: JsonObject
}

/**
 * Reads a connection as it stands in `MILLRACE_CONN_<ID>`: a URI (`postgres://user:password@host:5432/database?sslmode=require`, parts percent-encoded)
 * or JSON (`{"conn_type": "postgres", "host": ..., "login": ..., "password": ..., "schema": ..., "port": ..., "extra": {...}}`, Airflow's names).
 * Throws `bad_option` without repeating the text, which may hold a password.
 */
export const parseConnection = (connectionId: string, text: string): Connection =>
  text.trimStart().startsWith('{') ? fromJson(connectionId, text) : fromUri(connectionId, text)

const bad = (connectionId: string, what: string, cause?: unknown): MillraceError =>
  new MillraceError(
    'bad_option',
    `connection '${connectionId}': ${what}. Write a URI such as postgres://user:password@host:5432/database, or JSON with conn_type, host, port, login, password, schema, extra`,
    {
      cause,
    },
  )

const fromUri = (connectionId: string, text: string): Connection => {
  const match = /^([a-z][a-z0-9+._-]*):\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:/?#@\s]*)(?::(\d+))?(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(
    text.trim(),
  )
  if (match === null) throw bad(connectionId, 'is no URI (percent-encode @, /, ? and # in passwords)')
  const decoded = (part: string | undefined): string | null => {
    if (part === undefined || part === '') return null
    try {
      return decodeURIComponent(part)
    } catch {
      throw bad(connectionId, 'has a percent sign that encodes nothing (write %25)')
    }
  }
  const extra = Object.fromEntries(new URLSearchParams(match[7] ?? ''))
  return {
    connectionId,
    type: (match[1] ?? '').toLowerCase().replace(/^postgresql$/, 'postgres'),
    host: decoded(match[4]?.replace(/^\[|\]$/g, '')),
    port: portOf(connectionId, match[5] ?? null),
    login: decoded(match[2]),
    password: decoded(match[3]),
    schema: decoded(match[6]),
    extra: extraOf(connectionId, extra.__extra__ ?? extra),
  }
}

const fromJson = (connectionId: string, text: string): Connection => {
  let json: Record<string, unknown>
  try {
    json = JSON.parse(text)
  } catch {
    throw bad(connectionId, 'begins with { but is no JSON')
  }
  const word = (name: string): string | null => {
    const value = json[name]
    if (value === undefined || value === null || value === '') return null
    if (typeof value !== 'string') throw bad(connectionId, `${name} must be text`)
    return value
  }
  const type = word('conn_type') ?? word('type')
  if (type === null) throw bad(connectionId, 'has no conn_type')
  return {
    connectionId,
    type: type.toLowerCase().replace(/^postgresql$/, 'postgres'),
    host: word('host'),
    port: portOf(connectionId, json.port ?? null),
    login: word('login'),
    password: word('password'),
    schema: word('schema'),
    extra: extraOf(connectionId, json.extra ?? {}),
  }
}

const portOf = (connectionId: string, value: unknown): number | null => {
  if (value === null || value === '') return null
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw bad(connectionId, 'has a port that is no number from 1 to 65535')
  return port
}

const extraOf = (connectionId: string, value: unknown): JsonObject => {
  let extra: unknown = value
  if (typeof value === 'string') {
    try {
      extra = value.trim() === '' ? {} : JSON.parse(value)
    } catch {
      throw bad(connectionId, 'has an extra that is no JSON')
    }
  }
  if (typeof extra !== 'object' || extra === null || Array.isArray(extra)) throw bad(connectionId, 'has an extra that is no JSON object')
  return extra as JsonObject
}

/** The texts of a connection that nobody may see: its password and the sensitive parts of `extra`. */
export const secretsOf = (connection: Connection): readonly string[] => {
  const secrets: string[] = connection.password === null ? [] : [connection.password]
  const walk = (name: string, value: Json): void => {
    if (typeof value === 'string') {
      if (isSensitiveName(name) && value !== '') secrets.push(value)
    } else if (Array.isArray(value)) for (const item of value) walk(name, item)
    else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) walk(isSensitiveName(name) ? name : key, item)
  }
  walk('', connection.extra)
  return secrets
}
