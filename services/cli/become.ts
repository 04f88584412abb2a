import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MillraceError } from '../core/errors.ts'
import type { Program } from './cli.ts'

/** `start` goes through the bootstrap, which installs and builds what changed. */
const entries: Readonly<Record<Program, readonly string[]>> = {
  stack: ['services', 'dev', 'bootstrap.mjs'],
  'stack-control': ['dist', 'services', 'dev', 'main.js'],
  worker: ['dist', 'services', 'worker', 'main.js'],
  triggerer: ['dist', 'services', 'triggerer', 'main.js'],
  repair: ['dist', 'services', 'scheduler', 'repair', 'main.js'],
  'db-rebuild': ['dist', 'services', 'projector', 'rebuild', 'main.js'],
  'dag-test': ['dist', 'services', 'dev', 'dag-test', 'main.js'],
}

/**
 * Runs another program of Millrace in this very process: one process less, and signals and exit code are its own. By path, not by import: services
 * never import each other.
 */
export const become =
  (root: string, stackEnv: Readonly<Record<string, string>>) =>
  async (program: Program, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const entry = join(root, ...entries[program])
    if (!existsSync(entry))
      throw new MillraceError('missing_requirement', `this installation has no ${entries[program].join('/')}: run \`npm run build\` in ${root}`)
    // The stack that runs here is a default; what the user set stays, what the command was told goes before all.
    if (program !== 'stack' && program !== 'stack-control') Object.assign(process.env, { ...stackEnv, ...process.env })
    Object.assign(process.env, env)
    process.argv.splice(1, process.argv.length - 1, entry, ...(program === 'stack' ? ['start', ...args] : args))
    await import(pathToFileURL(entry).href)
  }
