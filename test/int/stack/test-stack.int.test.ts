import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { accepts } from '../../../services/dev/stack/ports.ts'
import { freshDatabase, freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'

describe('the servers of a test run', () => {
  it('answer at the addresses of the environment', async () => {
    const [host, port] = (stackEnv('KAFKA_BROKERS').split(',')[0] as string).split(':')
    expect(await accepts(Number(port), host)).toBe(true)
    expect((await fetch(`${stackEnv('SCHEMA_REGISTRY_URL')}/subjects`)).status).toBe(200)
  })

  it('give each file a database of its own, gone after it', async () => {
    const database = await freshDatabase()
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    expect((await client.query('select count(*)::int as tables from information_schema.tables where table_schema = $1', ['public'])).rows).toEqual([
      { tables: 0 },
    ])
    await client.end()
    await database.drop()
    const again = new pg.Client({ connectionString: database.url })
    await expect(again.connect()).rejects.toMatchObject({ code: '3D000' })
  })

  it('give each file a topic prefix of its own', () => {
    expect(freshTopicPrefix()).not.toBe(freshTopicPrefix())
    expect(freshTopicPrefix()).toMatch(/^[a-z0-9]+\.$/)
  })
})
