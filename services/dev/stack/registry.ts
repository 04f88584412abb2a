import { dirname } from 'node:path'
import type { ClassArchive } from './class-archive.ts'
import { smallJvm } from './java.ts'
import { type StackProcess, startProcess } from './process.ts'
import { untilReady } from './ready.ts'

export interface RegistryOptions {
  /** Hears of the process as soon as there is one, before it is ready. */
  readonly onSpawn?: (server: StackProcess) => void
  readonly java: string
  readonly jar: string
  readonly classes: ClassArchive
  readonly logFile: string
  readonly port: number
  readonly managementPort: number
  readonly database: { readonly port: number; readonly name: string; readonly user: string; readonly password: string }
}

/** Where clients find the Confluent API of a registry that listens on `port`. */
export const registryUrl = (port: number): string => `http://127.0.0.1:${port}/apis/ccompat/v7`

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/** Starts Apicurio on the local Postgres and resolves with the first answer of its Confluent API. */
export const startRegistry = async (options: RegistryOptions): Promise<StackProcess> => {
  const { database } = options
  const server = await startProcess({
    name: 'schema registry',
    command: options.java,
    args: [...smallJvm(128), ...options.classes.flags, '-jar', options.jar],
    cwd: dirname(options.jar),
    logFile: options.logFile,
    env: {
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'postgresql',
      APICURIO_DATASOURCE_URL: `jdbc:postgresql://127.0.0.1:${database.port}/${database.name}`,
      APICURIO_DATASOURCE_USERNAME: database.user,
      APICURIO_DATASOURCE_PASSWORD: database.password,
      // it takes more than 20 connections otherwise
      APICURIO_DATASOURCE_JDBC_INITIAL_SIZE: '1',
      APICURIO_DATASOURCE_JDBC_MIN_SIZE: '1',
      APICURIO_DATASOURCE_JDBC_MAX_SIZE: '4',
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(options.port),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: String(options.managementPort),
      QUARKUS_LOG_LEVEL: 'WARN',
      QUARKUS_HTTP_ACCESS_LOG_ENABLED: 'false',
      QUARKUS_LOG_CONSOLE_COLOR: 'false',
      QUARKUS_BANNER_ENABLED: 'false',
    },
  })
  void server.exited.then(options.classes.settle)
  options.onSpawn?.(server)
  await untilReady(server, 60_000, () => answers(`${registryUrl(options.port)}/config`))
  return server
}
