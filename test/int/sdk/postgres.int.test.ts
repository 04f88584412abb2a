/** The Postgres operator and hook on a real Postgres. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { PostgresHook, postgres, task } from 'millrace'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TaskContext } from '../../../services/sdk/context.ts'
import { type RanAttempt, runLast } from '../../support/attempts.ts'
import { type FreshDatabase, freshDatabase } from '../../support/stack-env.ts'

let database: FreshDatabase
let folder: string

beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'millrace-copy-'))
})
afterAll(async () => {
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
})

const run = (build: () => void, signal?: AbortSignal): Promise<RanAttempt> =>
  runLast(build, { connections: { db: database.url }, ...(signal ? { signal } : {}) })

const value = async (work: (hook: PostgresHook, context: TaskContext) => unknown): Promise<unknown> => {
  const { outcome } = await run(() => void task('t', (context) => work(new PostgresHook('db'), context)))
  if (outcome.kind !== 'succeeded') throw new Error(outcome.kind === 'failed' ? outcome.error.message : outcome.kind)
  return outcome.xcoms[0] === undefined ? undefined : JSON.parse(outcome.xcoms[0].value)
}

it('runs statements in one transaction, and leaves the last rows', async () => {
  const { outcome, rendered } = await run(
    () =>
      void postgres('t', {
        postgresConnId: 'db',
        sql: ['create table users (n int, name text)', "insert into users values (1, '{{ ds }}'), (2, 'b')", 'select * from users order by n'],
      }),
  )
  expect(outcome).toEqual({
    kind: 'succeeded',
    xcoms: [{ key: 'return_value', value: '[{"n":1,"name":"2024-01-02"},{"n":2,"name":"b"}]' }],
    chosen: null,
    resultLength: 2,
    outlets: [],
  })
  expect(rendered).toMatchObject({ postgresConnId: 'db' })
  const broken = await run(() => void postgres('t', { postgresConnId: 'db', sql: ["insert into users values (3, 'c')", 'select nonsense'] }))
  expect(broken.outcome).toMatchObject({ kind: 'failed', retryable: true, error: { message: 'column "nonsense" does not exist' } })
  expect(await value((hook) => hook.query('select count(*)::int as n from users'))).toEqual([{ n: 2 }])
})

it('takes parameters', async () => {
  expect(await value((hook) => hook.query('select name from users where n = $1', [2]))).toEqual([{ name: 'b' }])
  expect(await value((hook) => hook.run('update users set name = $1', ['x']))).toBe(2)
})

it('copies files and streams, both ways', async () => {
  const file = join(folder, 'in.csv')
  await writeFile(file, '10,"a, quoted"\n11,b\n')
  expect(await value((hook) => hook.copyExpert('COPY users FROM STDIN WITH (FORMAT csv)', file))).toBe(2)
  expect(await value((hook) => hook.copyExpert('copy users from stdin', Readable.from(['12\tstreamed\n'])))).toBe(1)
  expect(await value((hook) => hook.copyExpert('COPY (select * from users where n > 9 order by n) TO STDOUT WITH (FORMAT csv)', join(folder, 'out.csv')))).toBe(
    3,
  )
  expect(await readFile(join(folder, 'out.csv'), 'utf8')).toBe('10,"a, quoted"\n11,b\n12,streamed\n')
})

it('copies nothing of a bad file, or of none', async () => {
  const file = join(folder, 'bad.csv')
  await writeFile(file, '20,ok\nno number,x\n')
  await expect(value((hook) => hook.copyExpert('COPY users FROM STDIN WITH (FORMAT csv)', file))).rejects.toThrow('invalid input syntax for type integer')
  await expect(value((hook) => hook.copyExpert('COPY users FROM STDIN', join(folder, 'none.csv')))).rejects.toThrow('ENOENT')
  await expect(value((hook) => hook.copyExpert("COPY users FROM '/etc/passwd'", file))).rejects.toThrow('copyExpert wants COPY')
  expect(await value((hook) => hook.query('select n from users where n >= 20'))).toEqual([])
})

it('does all of a transaction or nothing', async () => {
  await expect(
    value((hook) =>
      hook.transaction(async (session) => {
        await session.run('delete from users')
        await session.copyExpert('COPY users FROM STDIN', Readable.from(['30\tx\n']))
        throw new Error('changed my mind')
      }),
    ),
  ).rejects.toThrow('changed my mind')
  expect(await value((hook) => hook.query('select count(*)::int as n from users'))).toEqual([{ n: 5 }])
  expect(await value((hook) => hook.run(['delete from users where n < 10', 'delete from users']))).toBe(3)
})

it('says which server is not reached, and stops when it is cancelled', async () => {
  const { outcome } = await runLast(() => void postgres('t', { sql: 'select 1' }), { connections: { postgres_default: 'postgres://me:hunter2@127.0.0.1:1/x' } })
  expect(outcome).toMatchObject({
    kind: 'failed',
    error: { message: expect.stringMatching(/^postgres at 127\.0\.0\.1:1 \(connection 'postgres_default'\) is not reached/) },
  })
  const abort = new AbortController()
  const running = run(() => void postgres('t', { postgresConnId: 'db', sql: 'select pg_sleep(600)' }), abort.signal)
  setTimeout(() => abort.abort(new Error('timeout')), 200)
  expect((await running).outcome).toMatchObject({ kind: 'failed', error: { type: 'cancelled' } })
})
