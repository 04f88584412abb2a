import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { MillraceError } from '../core/errors.ts'

/** The part of the environment that the command reads. */
export interface CliEnvironment {
  readonly MILLRACE_URL?: string
  readonly MILLRACE_DATA_DIR?: string
  readonly KAFKA_BROKERS?: string
  readonly NO_COLOR?: string
  readonly FORCE_COLOR?: string
}

export interface CliConfig {
  /** Of the API, without a slash at the end. */
  readonly url: string
  /** Where the stack of `npm start` has its servers and data, for processes that join it; empty when none runs here. */
  readonly stackEnv: Readonly<Record<string, string>>
  readonly colour: boolean
}

/** MILLRACE_URL, else the stack that `npm start` runs on this machine, else port 8080. */
export const cliConfig = (env: CliEnvironment, root: string, isTTY: boolean): CliConfig => {
  const dataDir = resolve(env.MILLRACE_DATA_DIR || join(root, '.millrace'))
  const running = runningStack(dataDir)
  return {
    url: checkedUrl(env.MILLRACE_URL || running?.url || 'http://127.0.0.1:8080'),
    // Large XComs lie in the data folder: who joins needs the same one.
    stackEnv: running === null || env.KAFKA_BROKERS ? {} : { ...running.env, MILLRACE_DATA_DIR: dataDir },
    colour: env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : isTTY,
  }
}

const checkedUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new MillraceError('bad_config', `MILLRACE_URL is ${JSON.stringify(text)}: give the address of the API, such as http://127.0.0.1:8080`)
  return text.replace(/\/+$/, '')
}

interface RunningStack {
  readonly url: string
  readonly env: Readonly<Record<string, string>>
}

/** Checked by hand: a schema library would double the start of every command. */
const isRunningStack = (content: unknown): content is RunningStack => {
  const { url, env } = (content ?? {}) as { readonly url?: unknown; readonly env?: unknown }
  return typeof url === 'string' && typeof env === 'object' && env !== null && Object.values(env).every((value) => typeof value === 'string')
}

/** `run.json` of the data directory, which services/dev writes while the stack runs. */
const runningStack = (dataDir: string): RunningStack | null => {
  try {
    const content: unknown = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'))
    return isRunningStack(content) ? content : null
  } catch {
    // Nothing was started here, or it is being written: the default holds.
    return null
  }
}
