/** After a new migration: `npx vitest run --config test/vitest.config.ts --project int test/int/store --update`. */
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLog } from '../../../services/platform/log.ts'
import { migrateStore } from '../../../services/platform/store/migrate-store.ts'
import { dumpSchema } from '../../support/dump-schema.ts'
import { type FreshDatabase, freshDatabase } from '../../support/stack-env.ts'

const log = makeLog('test', 'silent')
const migrations = fileURLToPath(new URL('../../../schemas/postgres', import.meta.url))
let database: FreshDatabase
let client: pg.Client

beforeAll(async () => {
  database = await freshDatabase()
  // two processes that start at once
  await Promise.all([migrateStore(database.url, log), migrateStore(database.url, log)])
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

test('schema.sql is what the migrations make', async () => {
  await expect(await dumpSchema(client, ['account', 'projection'])).toMatchFileSnapshot('../../../schemas/postgres/schema.sql')
})

test("a migration is applied once, never with another text, and never a newer release's database is used", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-migrations-'))
  try {
    await cp(migrations, folder, { recursive: true, filter: (path) => path === migrations || (path.endsWith('.sql') && !path.endsWith('schema.sql')) })
    const next = `${String((await readdir(folder)).length + 1).padStart(4, '0')}-more.sql`
    await migrateStore(database.url, log, folder)
    await writeFile(join(folder, next), 'CREATE TABLE account.more (id int); SELECT 1/0')
    await expect(migrateStore(database.url, log, folder)).rejects.toMatchObject({
      code: 'incompatible_schema',
      message: expect.stringContaining('division by zero'),
    })
    expect((await client.query(`SELECT to_regclass('account.more') AS is`)).rows[0].is).toBeNull()
    await writeFile(join(folder, next), 'CREATE TABLE account.more (id int)')
    await migrateStore(database.url, log, folder)
    await expect(migrateStore(database.url, log)).rejects.toMatchObject({ code: 'incompatible_schema', message: expect.stringContaining('newer release') })
    await writeFile(join(folder, next), 'CREATE TABLE account.more (id bigint)')
    await expect(migrateStore(database.url, log, folder)).rejects.toMatchObject({
      code: 'incompatible_schema',
      message: expect.stringContaining('never edited'),
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a database that is away is named without its password', async () => {
  const error = await migrateStore('postgres://user:secret@127.0.0.1:1/db', log).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ code: 'database_unreachable', message: expect.stringContaining('127.0.0.1:1/db') })
  expect((error as Error).message).not.toContain('secret')
})
