import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anyFreePort } from '../../services/dev/stack/ports.ts'
import { buildMillrace, devCommand } from './millrace.ts'
import { freshDatabase, freshTopicPrefix } from './stack-env.ts'

/** A whole Millrace with the examples, on the servers of the test run. */
export interface E2eMillrace {
  readonly url: string
  /** Where `user_processing` stores its rows. */
  readonly warehouseUrl: string
  readonly dataDir: string
  readonly topicPrefix: string
  stop(): Promise<void>
}

/** `args`: more options of `millrace start`, such as `--separate`. */
export const startE2eMillrace = async (args: readonly string[] = []): Promise<E2eMillrace> => {
  await buildMillrace()
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-e2e-'))
  const [database, warehouse, port] = await Promise.all([freshDatabase(), freshDatabase(), anyFreePort()])
  const topicPrefix = freshTopicPrefix()
  const env = { ...process.env, DATABASE_URL: database.url, MILLRACE_CONN_POSTGRES: warehouse.url, MILLRACE_TOPIC_PREFIX: topicPrefix }
  const stop = async () => {
    await devCommand(['down', '--data-dir', dataDir], env)
    await Promise.all([database.drop(), warehouse.drop()])
    await rm(dataDir, { recursive: true, force: true })
  }
  const started = await devCommand(['start', '--detach', '--no-example', '--data-dir', dataDir, '--port', String(port), ...args], env)
  if (started.code !== 0) {
    await stop()
    throw new Error(`Millrace did not start:\n${started.out}${started.err}`)
  }
  return { url: `http://127.0.0.1:${port}`, warehouseUrl: warehouse.url, dataDir, topicPrefix, stop }
}
