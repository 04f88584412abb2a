import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../core/errors.ts'
import type { StartOptions } from './options.ts'
import { builtEntry } from './repo-root.ts'
import { openLogFile } from './stack/process.ts'
import { isRunningAlready } from './start.ts'
import type { Terminal } from './terminal.ts'

/** What the process in the background tells the one that waits. */
export type BackgroundMessage =
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly text: string }

/** The flag by which a start knows that it is the one in the background. */
export const backgroundFlag = '--in-background'

/** Starts the same in a process of its own, shows its progress, and returns once it is ready. */
export const startInBackground = async (options: StartOptions, argv: readonly string[], terminal: Terminal): Promise<void> => {
  if (isRunningAlready(options, terminal)) return
  const logFile = join(options.dataDir, 'log', 'millrace.log')
  const log = openLogFile(logFile)
  const child = spawn(process.execPath, [builtEntry('dev', 'main.js'), ...argv, backgroundFlag], { stdio: ['ignore', log, log, 'ipc'], detached: true })
  closeSync(log)
  // Ctrl-C while it comes up ends it, too
  const cancel = () => {
    child.kill('SIGTERM')
  }
  process.on('SIGINT', cancel)
  process.on('SIGTERM', cancel)
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: BackgroundMessage) => {
      if (message.type === 'said') terminal.say(message.text)
      else if (message.type === 'ready') resolve()
      else reject(new MillraceError('internal', message.text))
    })
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(new MillraceError('internal', `the start in the background ended (${signal ?? `code ${code}`}): see ${logFile}`)),
    )
  })
  process.off('SIGINT', cancel)
  process.off('SIGTERM', cancel)
  child.removeAllListeners()
  child.disconnect()
  child.unref()
  terminal.say(`running in the background (pid ${child.pid}); log: ${logFile}; end it with "millrace down"`)
}
