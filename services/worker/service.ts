/** The worker: takes attempts from its inbox and runs each in a child process (DESIGN 3, PROTOCOL "Executor, workers"). */
import { ensureError } from '../core/errors.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import { openBundleCache } from './bundle-cache.ts'
import { openChildPool } from './child-pool.ts'
import type { WorkerConfig } from './config.ts'
import { type Incarnation, openIncarnation } from './incarnation.ts'
import { openReaper } from './reaper.ts'

export interface WorkerService extends Service {
  /** Of the present incarnation. */
  incarnation(): string
  /** While `stop` waits for attempts: hand them back now. */
  hurry(): void
}

export const startWorker = async (platform: Platform, config: WorkerConfig, onFailed: OnFailed): Promise<WorkerService> => {
  const log = platform.log.child({ service: 'worker' })
  const mark = `${platform.newId()}.`
  let stopping = false
  const fail = (error: Error): void => {
    if (!stopping) onFailed(error)
  }
  const reaper = openReaper({ mark, onRestarted: (how) => log.warn({ how }, 'the reaper died and was started again'), onFailed: fail })
  const bundles = await openBundleCache(platform, config.bundleDir, fail)
  const pool = openChildPool({
    clock: platform.clock,
    reaper,
    mark,
    slots: config.slots,
    idleMs: config.idleMs,
    xcomDir: config.xcomDir,
    env: config.taskEnv,
    answer: (what, key) => findByName(what === 'connection' ? config.connections : config.variables, key),
    onStartFailed: (how) => fail(new Error(`task processes end before they are ready (${how}): see their messages above`)),
  })

  const open = (): Promise<Incarnation> => openIncarnation({ platform, config, reaper, pool, bundles, onFailed: fail })
  const closeParts = async (): Promise<void> => {
    await pool.close()
    await bundles.close()
    await reaper.close()
  }
  let current = await open().catch(async (thrown: unknown) => {
    stopping = true
    await closeParts()
    throw thrown
  })
  pool.warmUp()
  // N, O: one life after the other; the next begins when nothing of the last one lives.
  const lives = async (): Promise<void> => {
    for (;;) {
      await current.over
      if (stopping) return
      current = await open()
      if (stopping) await current.drain()
      else pool.warmUp()
    }
  }
  const living = lives().catch((thrown: unknown) => fail(ensureError(thrown)))

  return {
    name: 'worker',
    incarnation: () => current.id,
    hurry: () => current.hurry(),
    async stop() {
      stopping = true
      await current.drain()
      await living
      await closeParts()
    },
  }
}

/** As it is, or as an environment variable spells it: `MILLRACE_CONN_MY_DB` is connection `my_db`, and `my-db`. */
const findByName = (values: Readonly<Record<string, string>>, key: string): string | null => {
  const spelled = key.toUpperCase().replace(/[^A-Z0-9]/g, '_')
  for (const name of [key, spelled]) if (Object.hasOwn(values, name)) return values[name] ?? null
  return null
}
