import { ensureError, MillraceError } from '../core/errors.ts'
import { type Logger, makeLog } from './log.ts'
import type { OnFailed, Service } from './platform.ts'

/** What a main.ts started: the service, and what it stands on (closed after it). */
export interface Running {
  readonly service: Service
  close(): Promise<void>
}

const graceMs = 15_000
const closeMs = 12_000
const failedGraceMs = 3000

/**
 * The life of a process. The first SIGINT, SIGTERM or SIGHUP stops the service in order and closes what it stands on; a second one ends at once.
 * An uncaught error, an unhandled rejection or `onFailed` ends with code 1, so that a supervisor starts the process again.
 */
export const runMain = (name: string, start: (onFailed: OnFailed) => Promise<Running>, log: Logger = makeLog(name)): void => {
  let running: Running | undefined
  let ending = false

  const end = async (code: number, serviceMs: number): Promise<never> => {
    if (running) {
      const stopped = await within(serviceMs, `${name} to stop`, running.service.stop(), log)
      const closed = await within(closeMs, `${name} to disconnect`, running.close(), log)
      if (!stopped || !closed) process.exit(code === 0 ? 1 : code)
    }
    process.exit(code)
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    if (ending) {
      log.warn(`${signal} again: ending at once`)
      process.exit(130)
    }
    ending = true
    log.info(`${signal}: stopping (once more to end at once)`)
    void end(0, graceMs)
  }
  const onFailed: OnFailed = (error) => {
    if (ending) return
    ending = true
    say(log, `${name} cannot go on`, error)
    void end(1, failedGraceMs)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an error that nobody caught')
    process.exit(1)
  })
  process.on('unhandledRejection', (thrown) => {
    log.fatal({ err: ensureError(thrown) }, 'a rejection that nobody handled')
    process.exit(1)
  })
  start(onFailed).then(
    (started) => {
      running = started
      if (!ending) log.info(`${name} runs`)
    },
    (thrown: unknown) => {
      say(log, `${name} does not start`, ensureError(thrown))
      process.exit(1)
    },
  )
}

/** An error of ours says all in its message; of any other the stack is wanted. */
const say = (log: Logger, what: string, error: Error): void => {
  if (error instanceof MillraceError) log.fatal({ code: error.code }, `${what}: ${error.message}`)
  else log.fatal({ err: error }, what)
}

/** Whether it ended well and in time. */
const within = async (limitMs: number, what: string, work: Promise<void>, log: Logger): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      log.error(`waited ${limitMs / 1000} s for ${what}: giving up`)
      resolve(false)
    }, limitMs)
  })
  const done = work.then(
    () => true,
    (thrown: unknown) => {
      log.error({ err: ensureError(thrown) }, `while waiting for ${what}`)
      return false
    },
  )
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}
