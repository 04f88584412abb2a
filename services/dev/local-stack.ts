import { join } from 'node:path'
import { type Keeper, type KeptServer, type KeptServerSpec, keepServer } from './kept-server.ts'
import { repoRoot } from './repo-root.ts'
import { classArchive } from './stack/class-archive.ts'
import { findJava } from './stack/java.ts'
import { startKafka } from './stack/kafka.ts'
import { fetchJars, type Jars, kafkaVersion, registryVersion } from './stack/maven.ts'
import { postgresUrl, startPostgres, superuser } from './stack/postgres.ts'
import { registryUrl, startRegistry } from './stack/registry.ts'
import type { State } from './state.ts'

const names = ['KAFKA_BROKERS', 'DATABASE_URL', 'SCHEMA_REGISTRY_URL'] as const
type Name = (typeof names)[number]

/** Addresses of the three servers, under the names that services read. */
export type StackEnv = Readonly<Record<Name, string>>

/** What the user named: that one is used, and ours is not started. */
export type GivenServers = { readonly [name in Name]?: string | undefined }

/** Which servers are ours to start, and where they will be: known before any of them runs. */
export interface StackPlan {
  readonly env: StackEnv
  readonly kafka: boolean
  readonly postgres: boolean
  readonly registry: boolean
  /** Url of the database `warehouse` for the examples; undefined when Postgres is not ours. */
  readonly warehouseUrl: string | undefined
}

export const planStack = (given: GivenServers, state: Pick<State, 'ports' | 'postgresPassword'>): StackPlan => {
  const { ports, postgresPassword: password } = state
  const registry = !given.SCHEMA_REGISTRY_URL
  // our registry keeps its schemas in our Postgres, even beside a database of the user's own
  const postgres = registry || !given.DATABASE_URL
  return {
    env: {
      KAFKA_BROKERS: given.KAFKA_BROKERS || `127.0.0.1:${ports.kafka}`,
      DATABASE_URL: given.DATABASE_URL || postgresUrl(ports.postgres, password, 'millrace'),
      SCHEMA_REGISTRY_URL: given.SCHEMA_REGISTRY_URL || registryUrl(ports.registry),
    },
    kafka: !given.KAFKA_BROKERS,
    postgres,
    registry,
    warehouseUrl: postgres ? postgresUrl(ports.postgres, password, 'warehouse') : undefined,
  }
}

export interface LocalStack {
  readonly servers: () => readonly KeptServer[]
  /** Resolves when all are ready, rejects when one does not come up. */
  readonly ready: Promise<void>
  /** Broker and registry, then the database under the registry. */
  stop(): Promise<void>
  kill(): void
}

export interface LocalStackOptions {
  readonly dataDir: string
  readonly state: Pick<State, 'ports' | 'postgresPassword'>
  readonly plan: StackPlan
  /** JAVA_HOME and PATH say which Java runs them. */
  readonly env: { readonly JAVA_HOME?: string | undefined; readonly PATH?: string | undefined }
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

const databases = ['millrace', 'registry', 'warehouse'] as const

/** Jars are the same for every data directory: fetched once for the repository. */
const cacheDir = join(repoRoot, '.millrace', 'cache')

/** Starts what the plan says, all at once (the registry as soon as its database is there). */
export const startLocalStack = (options: LocalStackOptions, keeper: Keeper): LocalStack => {
  const { dataDir, plan, say, signal } = options
  const { ports, postgresPassword: password } = options.state
  const servers: KeptServer[] = []
  const logFile = (name: string) => join(dataDir, 'log', `${name}.log`)
  const needsJava = plan.kafka || plan.registry
  const java = needsJava ? findJava(options.env) : ''
  const jars = needsJava ? fetchJars(cacheDir, (what) => say(`fetching ${what} from Maven Central`)) : undefined
  jars?.catch(() => undefined) // whoever starts a server from them sees the reason

  const keep = async (spec: KeptServerSpec) => {
    const started = performance.now()
    signal.throwIfAborted()
    const server = keepServer(spec, keeper)
    servers.push(server)
    await server.ready
    say(`${spec.name} is up (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  }

  const kafka = async () => {
    if (!plan.kafka) return
    const { kafkaLib } = (await jars) as Jars
    const classes = classArchive(cacheDir, `kafka-${kafkaVersion}`, java)
    const broker = { java, lib: kafkaLib, classes, dir: join(dataDir, 'kafka'), logFile: logFile('kafka'), port: ports.kafka, controllerPort: ports.controller }
    await keep({ name: 'Kafka', start: (onSpawn) => startKafka({ ...broker, onSpawn }), graceMs: 20_000 })
  }
  const postgres = async () => {
    if (!plan.postgres) return
    const server = { dir: join(dataDir, 'postgres'), logFile: logFile('postgres'), port: ports.postgres, password, databases }
    await keep({ name: 'Postgres', start: (onSpawn) => startPostgres({ ...server, onSpawn }), graceMs: 10_000 })
  }
  const registry = async () => {
    if (!plan.registry) return
    const { registryJar } = (await jars) as Jars
    const database = { port: ports.postgres, name: 'registry', user: superuser, password }
    const classes = classArchive(cacheDir, `registry-${registryVersion}`, java)
    const server = { java, jar: registryJar, classes, logFile: logFile('registry'), port: ports.registry, managementPort: ports.registryManagement, database }
    await keep({ name: 'schema registry', start: (onSpawn) => startRegistry({ ...server, onSpawn }), graceMs: 20_000 })
  }

  const stop = async () => {
    const database = servers.filter(({ name }) => name === 'Postgres')
    await Promise.all(servers.filter((server) => !database.includes(server)).map((server) => server.stop()))
    await Promise.all(database.map((server) => server.stop()))
  }
  const ready = Promise.all([kafka(), postgres().then(registry)]).then(() => undefined)
  return {
    servers: () => servers,
    ready,
    stop,
    kill: () => {
      for (const server of servers) server.kill()
    },
  }
}
