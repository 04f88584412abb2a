/**
 * An installation as it is run for real: `millrace start --separate`, and beside it a second scheduler, a second executor and more workers, each
 * process under a supervisor that starts it again. Every process has a name by which it can be signalled.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { openGuard } from '../../services/dev/guard.ts'
import { paintFor } from '../../services/dev/log-line.ts'
import { builtEntry, repoRoot } from '../../services/dev/repo-root.ts'
import { anyFreePort } from '../../services/dev/stack/ports.ts'
import type { State } from '../../services/dev/state.ts'
import { type Supervised, supervise } from '../../services/dev/supervised.ts'
import { makeLog } from '../../services/platform/log.ts'
import { type OpenPlatform, openPlatform } from '../../services/platform/open-platform.ts'
import { devCommand, withoutServers } from '../support/millrace.ts'
import { until } from '../support/until.ts'

export interface World {
  readonly url: string
  readonly dataDir: string
  readonly databaseUrl: string
  readonly registryUrl: string
  readonly ledgerFile: string
  /** What a service of this installation is started with. */
  readonly serviceEnv: NodeJS.ProcessEnv
  /** Undefined while it is down. */
  pidOf(name: string): number | undefined
  /** Sends the signal to the process of that name; resolves with its pid, undefined when it is not there. */
  signal(name: string, signal: NodeJS.Signals): number | undefined
  logFileOf(name: string): string
  openPlatform(): Promise<OpenPlatform>
  /** `forget: false` leaves its folder, with ledger and logs. */
  close(forget?: boolean): Promise<void>
}

export interface WorldOptions {
  /** Folders; relative ones are of the repository. */
  readonly dags: readonly string[]
  /** Services beside the installation's own: their names end in -2, -3, ... */
  readonly extra: readonly ('scheduler' | 'executor' | 'worker' | 'triggerer')[]
  readonly slots: number
  /** Environment on top: servers to use instead of own ones, a topic prefix, a preload. */
  readonly env?: Readonly<Record<string, string>>
  /** Hears where the broker will be (host:port) before any service asks for it. */
  readonly onBroker?: (broker: string) => void
}

export const openWorld = async (options: WorldOptions): Promise<World> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-chaos-'))
  const ledgerFile = join(dataDir, 'ledger.jsonl')
  writeFileSync(ledgerFile, '')
  const state = await freshState()
  writeFileSync(join(dataDir, 'state.json'), JSON.stringify(state), { mode: 0o600 })
  options.onBroker?.(`127.0.0.1:${state.ports.kafka}`)
  const env: NodeJS.ProcessEnv = {
    ...(options.env?.KAFKA_BROKERS ? process.env : withoutServers()),
    ...options.env,
    MILLRACE_VAR_LEDGER: ledgerFile,
    MILLRACE_SLOTS: String(options.slots),
    MILLRACE_QUEUES: 'default',
  }
  const guard = openGuard()
  const extras = new Map<string, Supervised>()
  const close = async (forget = true): Promise<void> => {
    await Promise.all([...extras.values()].map((one) => one.stop(5000)))
    await devCommand(['down', '--data-dir', dataDir], env)
    guard.dismiss()
    if (forget) await rm(dataDir, { recursive: true, force: true })
  }
  const flags = ['--detach', '--separate', '--no-example', '--data-dir', dataDir, '--port', String(state.web)]
  for (const folder of options.dags) flags.push('--dags', resolve(repoRoot, folder))
  const started = await devCommand(['start', ...flags], env)
  if (started.code !== 0) {
    const said = `${started.out}${started.err}`
    await close()
    throw new Error(`Millrace did not start:\n${said}`)
  }
  const servers = readJson<Instance>(join(dataDir, 'run.json')).env
  const logFileOf = (name: string): string => join(dataDir, 'log', `${name}.log`)

  const serviceEnv = { ...env, ...servers, MILLRACE_DATA_DIR: dataDir, MILLRACE_LOGS_DIR: join(dataDir, 'logs'), MILLRACE_XCOM_DIR: join(dataDir, 'xcom') }
  const counts = new Map<string, number>()
  for (const service of options.extra) {
    const count = (counts.get(service) ?? 1) + 1
    counts.set(service, count)
    const name = `${service}-${count}`
    const spec = { name, entry: builtEntry(service, 'main.js'), env: serviceEnv, logFile: logFileOf(name), tellsReady: false }
    extras.set(
      name,
      supervise(spec, silent(join(dataDir, 'log', 'extras.log')), guard, () => undefined),
    )
  }
  await Promise.all([...extras.values()].map((one) => one.ready))

  const pidOf = (name: string): number | undefined => {
    const extra = extras.get(name)
    if (extra) return extra.pid()
    return runningIn(dataDir).find((process) => process.name === name)?.pid
  }
  return {
    url: `http://127.0.0.1:${state.web}`,
    dataDir,
    databaseUrl: servers.DATABASE_URL ?? '',
    registryUrl: servers.SCHEMA_REGISTRY_URL ?? '',
    ledgerFile,
    serviceEnv,
    pidOf,
    signal(name, signal) {
      const pid = pidOf(name)
      if (pid === undefined) return undefined
      try {
        process.kill(pid, signal)
        return pid
      } catch {
        return undefined // gone a moment ago
      }
    },
    logFileOf,
    openPlatform: () =>
      openPlatform(
        {
          brokers: [servers.KAFKA_BROKERS ?? ''],
          registryUrl: servers.SCHEMA_REGISTRY_URL ?? '',
          topicPrefix: options.env?.MILLRACE_TOPIC_PREFIX ?? 'millrace.',
          columns: 12,
          logLevel: 'error',
        },
        'chaos',
        makeLog('chaos', 'error'),
      ),
    close,
  }
}

/** Ports that nobody else is near: the usual ones may be those of an installation whose broker was just killed. */
const freshState = async (): Promise<State> => {
  const ports = new Set<number>()
  while (ports.size < 7) ports.add(await anyFreePort())
  const [web = 0, kafka = 0, controller = 0, postgres = 0, registry = 0, registryManagement = 0, userApi = 0] = ports
  return { version: 1, postgresPassword: 'chaos', web, ports: { kafka, controller, postgres, registry, registryManagement, userApi } }
}

interface Instance {
  readonly env: Readonly<Record<string, string>>
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T

/** Read while its writer replaces it: half a file is as good as the one before it. */
const runningIn = (dataDir: string): Instance['processes'] => {
  const file = join(dataDir, 'run.json')
  if (!existsSync(file)) return []
  try {
    return readJson<Instance>(file).processes
  } catch {
    return []
  }
}

/** Their lines go to their own log files; warnings of the supervision to one. */
const silent = (file: string) => {
  const write = (text: string): void => appendFileSync(file, `${new Date().toISOString()} ${text}\n`)
  return { paint: paintFor({ isTTY: false }, {}), say: write, warn: write, log: () => undefined }
}

/** Waits until the DAGs of the folder stand in the projection and `workers` workers beat. */
export const untilTakesWork = async (world: World, dagIds: readonly string[], workers: number): Promise<void> => {
  const get = async <T>(path: string): Promise<T | undefined> => {
    const response = await fetch(`${world.url}${path}`).catch(() => undefined)
    return response?.ok ? ((await response.json()) as T) : undefined
  }
  await until(
    'the DAGs are published and unpaused',
    async () => {
      const found = await get<{ dags: { dag_id: string; is_paused: boolean }[] }>('/api/v2/dags?limit=100')
      const ready = new Set(found?.dags.filter((dag) => !dag.is_paused).map((dag) => dag.dag_id))
      return dagIds.every((dagId) => ready.has(dagId))
    },
    60_000,
  )
  await until('all workers beat', async () => ((await get<{ workers?: { alive?: number } }>('/api/v2/monitor/health'))?.workers?.alive ?? 0) >= workers, 60_000)
}
