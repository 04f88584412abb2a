import { resolve } from 'node:path'
import { MillraceError } from '../core/errors.ts'
import { repoRoot } from './repo-root.ts'

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly dataDir: string
  /** Undefined: the one used last in this data directory, else 8080. */
  readonly port: number | undefined
  readonly dagFolders: readonly string[]
  readonly detach: boolean
  readonly reset: boolean
  readonly separate: boolean
  readonly example: boolean
}

/** As commander hands them over. */
export interface RawOptions {
  readonly dataDir?: string
  readonly port?: string
  readonly dags?: readonly string[]
  readonly detach?: boolean
  readonly reset?: boolean
  readonly separate?: boolean
  readonly example?: boolean
}

/** The part of the environment that `npm start` itself reads; the rest goes to the services as it is. */
export interface StartEnvironment {
  readonly MILLRACE_DATA_DIR?: string
  readonly MILLRACE_PORT?: string
  readonly MILLRACE_DAGS?: string
}

const portOf = (text: string, name: string): number => {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new MillraceError('bad_config', `${name} is ${JSON.stringify(text)}: give a port from 1 to 65535`)
}

/** `.millrace` of the repository, unless a flag or MILLRACE_DATA_DIR says otherwise. */
export const dataDirOf = (flag: string | undefined, env: StartEnvironment): string => resolve(flag ?? env.MILLRACE_DATA_DIR ?? resolve(repoRoot, '.millrace'))

/** The folder of the examples that come with Millrace. */
export const exampleFolder = resolve(repoRoot, 'dags')

/** A flag is stronger than the environment, the environment than the default. */
export const startOptions = (raw: RawOptions, env: StartEnvironment): StartOptions => {
  const fromEnv = env.MILLRACE_DAGS?.split(':').filter(Boolean)
  const folders = raw.dags?.length ? raw.dags : fromEnv?.length ? fromEnv : [exampleFolder]
  const port = raw.port !== undefined ? portOf(raw.port, '--port') : env.MILLRACE_PORT ? portOf(env.MILLRACE_PORT, 'MILLRACE_PORT') : undefined
  return {
    dataDir: dataDirOf(raw.dataDir, env),
    port,
    dagFolders: folders.map((folder) => resolve(folder)),
    detach: raw.detach ?? false,
    reset: raw.reset ?? false,
    separate: raw.separate ?? false,
    example: raw.example ?? true,
  }
}
