import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** Addresses of the servers that global-setup has brought up. */
export const stackEnv = (name: 'KAFKA_BROKERS' | 'DATABASE_URL' | 'SCHEMA_REGISTRY_URL'): string => {
  const value = process.env[name]
  if (value) return value
  throw new Error(
    `${name} is not set: run this file by "npx vitest run --config test/vitest.config.ts", whose int, contract and e2e projects start the servers`,
  )
}

const unique = (): string => randomBytes(6).toString('hex')

/** A topic prefix that no other file uses, such as `t4f1c.`. */
export const freshTopicPrefix = (): string => `t${unique()}.`

export interface FreshDatabase {
  readonly url: string
  /** Drops it, with connections that are still open. */
  drop(): Promise<void>
}

const asAdmin = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: stackEnv('DATABASE_URL') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** An empty database of its own on the test's Postgres. */
export const freshDatabase = async (): Promise<FreshDatabase> => {
  const name = `t${unique()}`
  await asAdmin(`create database ${name}`)
  const url = new URL(stackEnv('DATABASE_URL'))
  url.pathname = `/${name}`
  return { url: url.href, drop: () => asAdmin(`drop database if exists ${name} with (force)`) }
}
