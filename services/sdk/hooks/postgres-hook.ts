import { createReadStream, createWriteStream } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client, ClientConfig } from 'pg'
import { MillraceError } from '../../core/errors.ts'
import { shown } from '../../core/normal-kinds.ts'
import type { Connection } from '../connections.ts'
import { currentAttempt } from '../current-attempt.ts'

/** What one session of Postgres can do. In `PostgresHook` each call is a session of its own; `transaction` gives one for several calls. */
export interface PostgresSession {
  /** Rows of a query. `parameters` are the values of `$1`, `$2`, ... */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>
  /** Runs one statement, or several in one transaction; answers how many rows the last one touched. */
  run(sql: string | readonly string[], parameters?: readonly unknown[]): Promise<number>
  /**
   * `COPY ... FROM STDIN` reads the file (or stream) into the table, `COPY ... TO STDOUT` writes it; answers how many rows went over.
   * @example await hook.copyExpert("COPY users FROM STDIN WITH CSV HEADER", '/tmp/users.csv')
   */
  copyExpert(sql: string, fileOrStream: string | Readable | Writable): Promise<number>
}

/**
 * Postgres inside a task, by the id of a connection.
 * @example
 * const hook = new PostgresHook('postgres')
 * const rows = await hook.query<{ name: string }>('SELECT name FROM users WHERE country = $1', ['France'])
 */
export class PostgresHook implements PostgresSession {
  readonly #connectionId: string

  constructor(connectionId = 'postgres_default') {
    if (typeof connectionId !== 'string' || connectionId === '')
      throw new MillraceError('bad_option', `PostgresHook wants the id of a connection, not ${shown(connectionId)}`)
    this.#connectionId = connectionId
  }

  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]> {
    return this.#withSession((session) => session.query<Row>(sql, parameters))
  }

  run(sql: string | readonly string[], parameters?: readonly unknown[]): Promise<number> {
    return typeof sql === 'string' ? this.#withSession((session) => session.run(sql, parameters)) : this.transaction((session) => session.run(sql, parameters))
  }

  copyExpert(sql: string, fileOrStream: string | Readable | Writable): Promise<number> {
    return this.#withSession((session) => session.copyExpert(sql, fileOrStream))
  }

  /** All of it happens, or nothing: rolled back when `work` throws. */
  transaction<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    return this.#withSession(async (session) => {
      await session.run('BEGIN')
      try {
        const result = await work(session)
        await session.run('COMMIT')
        return result
      } catch (error) {
        // A broken connection has rolled back by itself; the first error is the one to tell.
        await session.run('ROLLBACK').catch(() => {})
        throw error
      }
    })
  }

  async #withSession<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    const attempt = currentAttempt(`PostgresHook('${this.#connectionId}')`)
    const connection = await attempt.connection(this.#connectionId)
    const { default: pg } = await import('pg')
    const client = new pg.Client(clientConfig(connection))
    // An error between two statements (server restarted) is told by the next one; without a listener it would end the process.
    let broken: Error | null = null
    client.on('error', (error) => {
      broken = error
    })
    client.on('notice', (notice) => attempt.log.info(`postgres: ${notice.severity ?? 'NOTICE'}: ${notice.message ?? ''}`))
    const onAbort = (): void => {
      client.connection.stream.destroy()
    }
    attempt.signal.addEventListener('abort', onAbort, { once: true })
    try {
      attempt.signal.throwIfAborted()
      await client.connect()
      return await work(sessionOn(client))
    } catch (error) {
      attempt.signal.throwIfAborted()
      throw explained(connection, broken ?? error)
    } finally {
      attempt.signal.removeEventListener('abort', onAbort)
      // The work is done or lost; how the farewell goes changes nothing.
      await client.end().catch(() => {})
    }
  }
}

const clientConfig = (connection: Connection): ClientConfig => {
  const { host, port, login, password, schema, extra } = connection
  const mode = extra.sslmode ?? 'disable'
  const modes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full']
  if (typeof mode !== 'string' || !modes.includes(mode))
    throw new MillraceError('bad_option', `connection '${connection.connectionId}': sslmode must be one of ${modes.join(', ')}, not ${shown(mode)}`)
  return {
    host: host ?? 'localhost',
    port: port ?? 5432,
    ...(login === null ? {} : { user: login }),
    ...(password === null ? {} : { password }),
    ...(schema === null ? {} : { database: schema }),
    ssl: mode === 'disable' || mode === 'prefer' ? false : { rejectUnauthorized: mode.startsWith('verify') },
    application_name: 'millrace',
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
  }
}

const sessionOn = (client: Client): PostgresSession => ({
  query: async <Row>(sql: string, parameters?: readonly unknown[]) => lastOf(await client.query(sql, mutable(parameters))).rows as readonly Row[],
  async run(sql, parameters) {
    let rows = 0
    for (const statement of [sql].flat() as string[]) rows = lastOf(await client.query(statement, mutable(parameters))).rowCount ?? 0
    return rows
  },
  async copyExpert(sql, fileOrStream) {
    const { from, to } = (await import('pg-copy-streams')).default
    if (/\bFROM\s+STDIN\b/i.test(sql)) {
      const into = client.query(from(sql))
      await pipeline(typeof fileOrStream === 'string' ? createReadStream(fileOrStream) : readable(fileOrStream), into)
      return into.rowCount
    }
    if (/\bTO\s+STDOUT\b/i.test(sql)) {
      const out = client.query(to(sql))
      await pipeline(out, typeof fileOrStream === 'string' ? createWriteStream(fileOrStream) : writable(fileOrStream))
      return out.rowCount
    }
    throw new MillraceError('bad_option', 'copyExpert wants COPY ... FROM STDIN (reads the file) or COPY ... TO STDOUT (writes it)')
  },
})

/** With several statements in one text the client answers a list. */
const lastOf = <R>(result: R | readonly R[]): R => (Array.isArray(result) ? (result.at(-1) as R) : (result as R))

const mutable = (parameters: readonly unknown[] | undefined): unknown[] | undefined => (parameters === undefined ? undefined : [...parameters])

const readable = (stream: Readable | Writable): Readable => {
  if ('read' in stream) return stream
  throw new MillraceError('bad_option', 'copyExpert: COPY ... FROM STDIN needs a file or a readable stream')
}

const writable = (stream: Readable | Writable): Writable => {
  if ('write' in stream) return stream
  throw new MillraceError('bad_option', 'copyExpert: COPY ... TO STDOUT needs a file or a writable stream')
}

/** Says which connection it was: "connect ECONNREFUSED" alone helps nobody. */
const explained = (connection: Connection, error: unknown): unknown => {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') return error
  return new Error(
    `postgres at ${connection.host ?? 'localhost'}:${connection.port ?? 5432} (connection '${connection.connectionId}') is not reached: ${(error as Error).message || code}`,
    { cause: error },
  )
}
