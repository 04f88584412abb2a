import pg from 'pg'
import type { Clock } from '../clock.ts'
import type { Logger } from '../log.ts'
import { databasePlace } from './database-place.ts'
import { parseTypes } from './parse-types.ts'

export interface ListenOptions {
  readonly databaseUrl: string
  readonly channel: string
  readonly clock: Clock
  readonly log: Logger
  /** LISTEN stands (first time or again): read what may have been missed, by this connection. */
  readonly onListening: (client: pg.Client) => Promise<void>
  readonly onNotification: (payload: string) => void
  /** The connection is gone until the next onListening. */
  readonly onLost?: () => void
}

const retryMs = 1_000

/** LISTEN on a connection of its own that is opened again for ever; resolves when it stands for the first time or has failed once. */
export const listen = async (options: ListenOptions): Promise<{ close(): Promise<void> }> => {
  const { databaseUrl, channel, clock, log } = options
  let client: pg.Client | null = null
  let closed = false
  let cancelRetry = (): void => {}

  const lost = (error: Error | null): void => {
    if (closed || client === null) return
    const broken = client
    client = null
    broken.removeAllListeners()
    broken.on('error', () => {}) // it is given up already; a second error of a dead socket must not end the process
    broken.end().catch(() => {})
    options.onLost?.()
    log.warn({ error: error?.message }, `LISTEN ${channel} on Postgres at ${databasePlace(databaseUrl)} is lost; trying again every ${retryMs / 1000} s`)
    cancelRetry = clock.after(retryMs, () => void connect())
  }

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: `millrace listen ${channel}`,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      types: parseTypes,
    })
    client = next
    next.on('error', (error) => client === next && lost(error))
    next.on('end', () => client === next && lost(null))
    next.on('notification', ({ payload }) => options.onNotification(payload ?? ''))
    try {
      await next.connect()
      await next.query(`LISTEN ${channel}`)
      await options.onListening(next)
    } catch (error) {
      if (client === next) lost(error instanceof Error ? error : new Error(String(error)))
    }
  }

  await connect()
  return {
    async close() {
      closed = true
      cancelRetry()
      const last = client
      client = null
      if (last) await last.end().catch(() => {})
    },
  }
}
