/** Forward-only migrations: schemas/postgres/<number>-<name>.sql, each in a transaction of its own, under one advisory lock for all processes. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { Logger } from '../log.ts'
import { databaseAway, isAway } from './away.ts'

/** Any number, the same in every release. */
const lockKey = 7_154_601

interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly hash: string
}

/** Brings the database to this release's schema. Throws `database_unreachable`, or `incompatible_schema` when a newer or another release was here. */
export const migrateStore = async (databaseUrl: string, log: Logger, folder = migrationsFolder()): Promise<void> => {
  const migrations = await readMigrations(folder)
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'millrace migrate', connectionTimeoutMillis: 10_000 })
  client.on('error', () => {}) // a query in flight rejects with it, too
  try {
    await client.connect()
  } catch (cause) {
    throw databaseAway(databaseUrl, cause)
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey])
    await client.query('CREATE SCHEMA IF NOT EXISTS account')
    await client.query(
      'CREATE TABLE IF NOT EXISTS account.migration (number int PRIMARY KEY, name text NOT NULL, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const { rows } = await client.query<{ number: number; name: string; hash: string }>('SELECT number, name, hash FROM account.migration ORDER BY number')
    const done = new Map(rows.map((row) => [row.number, row]))
    const newest = migrations.at(-1)?.number ?? 0
    for (const row of rows) {
      if (row.number > newest)
        throw new MillraceError(
          'incompatible_schema',
          `the database has migration ${row.number} (${row.name}), this release knows ${newest} at most: run a newer release, or restore an older database`,
        )
    }
    for (const migration of migrations) await apply(client, migration, done.get(migration.number), log)
  } catch (error) {
    throw isAway(error) ? databaseAway(databaseUrl, error) : error
  } finally {
    await client.end().catch(() => {}) // gives the lock back; a broken connection has done so already
  }
}

/** The statements that make an empty schema `projection`, for one of another name. Migrations of `account`, which is never made again, are left out. */
export const projectionSql = async (schema: string, folder = migrationsFolder()): Promise<readonly string[]> => {
  const texts = (await readMigrations(folder)).map(({ sql }) => sql.replaceAll(/^\s*--.*$/gm, ''))
  return texts.filter((sql) => !/\baccount\./.test(sql)).map((sql) => sql.replaceAll(/\bprojection(?=[.;])/g, schema))
}

const apply = async (client: pg.Client, migration: Migration, before: { hash: string } | undefined, log: Logger): Promise<void> => {
  const { number, name, sql, hash } = migration
  if (before) {
    if (before.hash === hash) return
    throw new MillraceError('incompatible_schema', `migration ${number} (${name}) was applied with another text: migrations are never edited, add a new one`)
  }
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query('INSERT INTO account.migration (number, name, hash) VALUES ($1, $2, $3)', [number, name, hash])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}) // the first error is the one to tell
    if (isAway(error)) throw error
    throw new MillraceError('incompatible_schema', `migration ${number} (${name}) failed: ${ensureError(error).message}`, { cause: error })
  }
  log.info({ number, name }, `migration ${number} ${name} applied`)
}

const readMigrations = async (folder: string): Promise<readonly Migration[]> => {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort()
  return Promise.all(
    files.map(async (file, i) => {
      const number = Number(file.slice(0, 4))
      if (number !== i + 1) throw new MillraceError('internal', `schemas/postgres/${file}: numbers go up by one from 0001`)
      const sql = await readFile(join(folder, file), 'utf8')
      return { number, name: file.slice(5, -4), sql, hash: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** SQL files are not compiled: they lie in the source tree, seen from source and from dist/. */
const migrationsFolder = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let up = 0; up < 6; up++) {
    const candidate = join(folder, 'schemas', 'postgres')
    if (existsSync(join(candidate, '0001-projection.sql'))) return candidate
    folder = dirname(folder)
  }
  throw new MillraceError('missing_requirement', 'the folder schemas/postgres with the migrations is missing beside services/: copy the whole release')
}
