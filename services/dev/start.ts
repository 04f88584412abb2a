import { MillraceError } from '../core/errors.ts'
import { requireDiskSpace } from './disk-space.ts'
import { endLeftovers, forgetInstance, runningInstance, takeLock } from './instance.ts'
import type { StartOptions } from './options.ts'
import { resetDataDir } from './reset.ts'
import { endOnSignal } from './signals.ts'
import { startSupervisor } from './supervisor.ts'
import type { Terminal } from './terminal.ts'

/** Hears how the start went, when another process waits for it (`--detach`). */
export interface StartListener {
  onReady(url: string): void
}

/** Whether one runs here already; says so if it does. */
export const isRunningAlready = (options: StartOptions, terminal: Terminal): boolean => {
  const running = runningInstance(options.dataDir)
  if (!running) return false
  if (options.reset)
    throw new MillraceError('bad_config', `Millrace runs on ${options.dataDir} (pid ${running.supervisor.pid}): end it with "millrace down" before --reset`)
  terminal.say(`already running on ${options.dataDir} (pid ${running.supervisor.pid}, ${running.stage}): ${running.url}`)
  return true
}

/** `npm start`: brings everything up and stays until a signal ends it. */
export const startInForeground = async (options: StartOptions, env: NodeJS.ProcessEnv, terminal: Terminal, listener?: StartListener): Promise<void> => {
  if (isRunningAlready(options, terminal)) return
  const { dataDir } = options
  const holder = takeLock(dataDir)
  if (holder) throw new MillraceError('bad_config', `another start (pid ${holder.pid}) has ${dataDir} now: wait for it, or use --data-dir`)
  try {
    if (options.reset) {
      await endLeftovers(dataDir)
      await resetDataDir(dataDir)
    }
    await requireDiskSpace(dataDir)
    const supervisor = await startSupervisor(options, env, terminal)
    const ended = endOnSignal(supervisor, terminal)
    const failure = await Promise.race([
      supervisor.ready.then(
        () => undefined,
        (error: unknown) => ({ error }),
      ),
      ended.then(() => undefined),
    ])
    if (failure) {
      await supervisor.stop()
      throw failure.error
    }
    listener?.onReady(supervisor.url)
    await ended
  } finally {
    forgetInstance(dataDir)
  }
}
