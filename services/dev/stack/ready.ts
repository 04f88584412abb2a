import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../../core/errors.ts'
import { lastLines, type StackProcess } from './process.ts'

const pauseMs = 25

/** Waits until `probe` says yes; a process that ends first, or a deadline, is an error that shows the end of its log. */
export const untilReady = async (server: StackProcess, timeoutMs: number, probe: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    if (await probe()) return
    const exit = server.exit()
    if (exit)
      throw new MillraceError(
        'missing_requirement',
        `${server.name} ended with ${exit.signal ?? `code ${exit.code}`} while it started; the end of ${server.logFile}:\n${lastLines(server.logFile)}`,
      )
    if (performance.now() > deadline) {
      throw new MillraceError(
        'missing_requirement',
        `${server.name} was not ready after ${Math.round(timeoutMs / 1000)} s; the end of ${server.logFile}:\n${lastLines(server.logFile)}`,
      )
    }
    await delay(pauseMs)
  }
}
