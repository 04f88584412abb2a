import pg from 'pg'
import { databaseAway } from './away.ts'
import { parseTypes } from './parse-types.ts'

/** One connection held for long, for work that hangs on session locks. It never opens itself again: when it is lost, so are its locks. */
export interface Session {
  /** `name`: prepared once under it. */
  query<R extends object>(statement: { readonly text: string; readonly values?: readonly unknown[]; readonly name?: string }): Promise<R[]>
  /** BEGIN, the work, COMMIT; ROLLBACK when it throws. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface SessionOptions {
  readonly databaseUrl: string
  readonly name: string
  /** The connection broke while nothing was asked of it. */
  readonly onLost: (error: Error | null) => void
}

export const openSession = async ({ databaseUrl, name, onLost }: SessionOptions): Promise<Session> => {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: `millrace ${name}`,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    types: parseTypes,
  })
  let closed = false
  const lost = (error: Error | null): void => {
    if (closed) return
    closed = true
    onLost(error)
  }
  client.on('error', lost)
  client.on('end', () => lost(null))
  try {
    await client.connect()
  } catch (cause) {
    closed = true
    throw databaseAway(databaseUrl, cause)
  }
  const query: Session['query'] = async (statement) => (await client.query({ ...statement, values: [...(statement.values ?? [])] })).rows
  return {
    query,
    async transaction(work) {
      await query({ text: 'BEGIN' })
      try {
        const result = await work()
        await query({ text: 'COMMIT' })
        return result
      } catch (error) {
        await query({ text: 'ROLLBACK' }).catch(() => {}) // the first error is the one to tell; a lost connection rolls back by itself
        throw error
      }
    },
    async close() {
      closed = true
      await client.end().catch(() => {})
    },
  }
}
