/** A whole installation on this machine for one bench: `npm start`'s own supervisor on a data folder of its own, with servers that the environment names, or its own. */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { anyFreePort } from '../../services/dev/stack/ports.ts'

const run = promisify(execFile)
const program = join(process.cwd(), 'dist/services/dev/main.js')

export interface Installation {
  readonly url: string
  readonly dataDir: string
  readonly brokers: string
  readonly databaseUrl: string
  readonly registryUrl: string
  readonly topicPrefix: string
  /** From the command to ready, ms. */
  readonly startMs: number
  /** Stops everything; keeps the data. */
  down(): Promise<void>
  /** Starts again on the same data; answers how long it took, ms. */
  up(): Promise<number>
  /** Stops and deletes. */
  close(): Promise<void>
}

export const openInstallation = async (options: { readonly dags: string; readonly separate?: boolean; readonly dataDir?: string }): Promise<Installation> => {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'millrace-bench-')))
  const port = await anyFreePort()
  const args = [program, 'start', '--detach', '--no-example', '--data-dir', dataDir, '--port', String(port), '--dags', resolve(options.dags)]
  if (options.separate) args.push('--separate')
  const up = async (): Promise<number> => {
    const since = performance.now()
    await run(process.execPath, args, { maxBuffer: 1 << 24 })
    return performance.now() - since
  }
  const down = async (): Promise<void> => {
    await run(process.execPath, [program, 'down', '--data-dir', dataDir])
  }
  const startMs = await up()
  const state = JSON.parse(await readFile(join(dataDir, 'state.json'), 'utf8'))
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    brokers: process.env.KAFKA_BROKERS ?? `127.0.0.1:${state.ports.kafka}`,
    databaseUrl: process.env.DATABASE_URL ?? `postgres://millrace:${state.postgresPassword}@127.0.0.1:${state.ports.postgres}/millrace`,
    registryUrl: process.env.SCHEMA_REGISTRY_URL ?? `http://127.0.0.1:${state.ports.registry}/apis/ccompat/v7`,
    topicPrefix: process.env.MILLRACE_TOPIC_PREFIX ?? 'millrace.',
    startMs,
    up,
    down,
    async close() {
      await down()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** For programs that are started beside an installation. */
export const spawnQuiet = (file: string, args: readonly string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, [file, ...args], { stdio: 'ignore', env: { ...process.env, ...env } })
