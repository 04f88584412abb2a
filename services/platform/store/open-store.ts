import pg from 'pg'
import { Kysely, PostgresDialect } from '#kysely'
import type { Logger } from '../log.ts'
import { databasePlace } from './database-place.ts'
import { parseTypes } from './parse-types.ts'

/** Postgres: a pool, and kysely on it. `DB` is the tables a service reads (services/platform/store/tables.ts). */
export interface Store<DB> {
  readonly pool: pg.Pool
  readonly db: Kysely<DB>
  close(): Promise<void>
}

export interface StoreOptions {
  readonly databaseUrl: string
  readonly log: Logger
  /** Shown in pg_stat_activity. */
  readonly name: string
  readonly maxConnections?: number
}

/** Opens a pool; no connection is made yet, so a database that is away stops nobody here. */
export const openStore = <DB>({ databaseUrl, log, name, maxConnections = 4 }: StoreOptions): Store<DB> => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: maxConnections,
    application_name: `millrace ${name}`,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types: parseTypes,
  })
  // An idle connection that breaks (Postgres restarted) is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ error: error.message }, `connection to Postgres at ${databasePlace(databaseUrl)} broke; the pool opens another`))
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  return { pool, db, close: () => db.destroy() }
}
