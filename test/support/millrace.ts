import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface CommandResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

const run = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env: { ...env, NO_COLOR: '1' }, maxBuffer: 16_000_000 }, (error, out, err) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, out, err })
    })
  })

/** Brings dist/ up to date: a moment when nothing has changed. */
export const buildMillrace = async (): Promise<void> => {
  const { code, out, err } = await run(['services/dev/bootstrap.mjs', 'build'], process.env)
  if (code !== 0) throw new Error(`the build failed:\n${out}${err}`)
}

/** `millrace start|down|status ...` as built. */
export const devCommand = (args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CommandResult> =>
  run(['dist/services/dev/main.js', ...args], env)

/** The environment without what names servers, so that a start brings up its own. */
export const withoutServers = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => {
  const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, SCHEMA_REGISTRY_URL: _registry, ...rest } = env
  return rest
}
