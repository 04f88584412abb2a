/**
 * A worker as a process of its own: `millrace worker --queues high_cpu --slots 4`. SIGTERM and SIGINT drain it for the grace time, a second one hands back at
 * once, a third one ends it (the reaper kills what is left). Its own signals, because it may take longer to stop than other services.
 */
import { ensureError, MillraceError } from '../core/errors.ts'
import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { makeLog } from '../platform/log.ts'
import { openPlatform } from '../platform/open-platform.ts'
import { readWorkerConfig } from './config.ts'
import { startWorker, type WorkerService } from './service.ts'

const log = makeLog('worker', process.env.MILLRACE_LOG_LEVEL || 'info')
let worker: WorkerService | undefined
let signals = 0

const fail = (thrown: unknown): never => {
  const error = ensureError(thrown)
  if (error instanceof MillraceError) log.fatal({ code: error.code }, error.message)
  else log.fatal({ err: error }, 'the worker cannot go on')
  process.exit(1)
}
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)

const run = async (): Promise<void> => {
  const config = readWorkerConfig(process.env)
  const platform = await openPlatform(readConfig(CommonConfig, process.env), 'worker', log)
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    signals++
    if (worker === undefined || signals > 2) process.exit(signals > 2 ? 130 : 0)
    if (signals === 2) return worker.hurry()
    log.info(`${signal}: draining for at most ${config.graceMs / 1000} s (once more to hand back at once)`)
    await worker.stop()
    await platform.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal).catch(fail))
  worker = await startWorker(platform, config, fail)
  await worker.drained
  log.info('drained by command: this process ends')
  await worker.stop()
  await platform.close()
  process.exit(0)
}

run().catch(fail)
