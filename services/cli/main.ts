import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Command, CommanderError } from 'commander'
import { ensureError, MillraceError } from '../core/errors.ts'
import { become } from './become.ts'
import type { Cli } from './cli.ts'
import { cliConfig } from './config.ts'
import { openApi } from './http/api.ts'
import { paintFor } from './print/paint.ts'
import { progressTo } from './print/progress-to.ts'
import { makeProgram } from './program.ts'

/** Root of the installation: the same from the source and from dist/. */
const rootOf = (folder: string): string => (existsSync(join(folder, 'package.json')) || folder === dirname(folder) ? folder : rootOf(dirname(folder)))

const exitOnUsage = (command: Command): void => {
  command.exitOverride()
  for (const child of command.commands) exitOnUsage(child)
}

const exitCodeOf = (error: Error): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  return error instanceof MillraceError && (error.code === 'api_unreachable' || error.code === 'no_answer') ? 3 : 1
}

const run = async (): Promise<void> => {
  const root = rootOf(import.meta.dirname)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const config = cliConfig(process.env, root, process.stdout.isTTY === true)
  const cli: Cli = {
    api: openApi(config.url),
    paint: paintFor(config.colour),
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    progress: progressTo(process.stderr),
    become: become(root, config.stackEnv),
  }
  const program = makeProgram(cli, version)
  exitOnUsage(program)
  await program.parseAsync()
}

// `millrace ... | head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

try {
  await run()
} catch (thrown) {
  const error = ensureError(thrown)
  // Commander has said its own words already.
  if (!(error instanceof CommanderError)) process.stderr.write(`millrace: ${error.message}\n`)
  process.exitCode = exitCodeOf(error)
}
