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
  /** Resolves when the worker was drained by command (`millrace worker drain`): it has left, and waits to be stopped. */
  readonly drained: Promise<void>
  /** While `stop` waits for attempts: hand them back now. */
  hurry(): void
}

interface Life {
  readonly incarnation: Incarnation
  /** Resolves when no child of it lives, and its reaper has ended. */
  close(): Promise<void>
}

export const startWorker = async (platform: Platform, config: WorkerConfig, onFailed: OnFailed): Promise<WorkerService> => {
  const log = platform.log.child({ service: 'worker' })
  let stopping = false
  const fail = (error: Error): void => {
    if (!stopping) onFailed(error)
  }
  const bundles = await openBundleCache(platform, config.bundleDir, fail)

  /** Each life has a reaper, a mark and children of its own: a reaper that is late kills by the old mark, and never what runs in the next life. */
  const open = async (): Promise<Life> => {
    const mark = `${platform.newId()}.`
    const reaper = openReaper({ mark, onRestarted: (how) => log.warn({ how }, 'the reaper died and was started again'), onFailed: fail })
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
    const close = async (): Promise<void> => {
      await pool.close()
      await reaper.close()
    }
    try {
      const incarnation = await openIncarnation({ platform, config, reaper, pool, bundles, onFailed: fail })
      pool.warmUp()
      return { incarnation, close }
    } catch (thrown) {
      await close()
      throw thrown
    }
  }
  let current = await open().catch(async (thrown: unknown) => {
    stopping = true
    await bundles.close()
    throw thrown
  })
  let setDrained: () => void
  const drained = new Promise<void>((resolve) => {
    setDrained = resolve
  })
  // N, O: one life after the other; the next begins when nothing of the last one lives.
  const lives = async (): Promise<void> => {
    for (;;) {
      const why = await current.incarnation.over
      if (why === 'drained') setDrained()
      if (stopping || why === 'drained') return
      await current.close()
      current = await open()
      if (stopping) await current.incarnation.drain()
    }
  }
  const living = lives().catch((thrown: unknown) => fail(ensureError(thrown)))

  return {
    name: 'worker',
    incarnation: () => current.incarnation.id,
    drained,
    hurry: () => current.incarnation.hurry(),
    async stop() {
      stopping = true
      await current.incarnation.drain()
      await living
      await current.close()
      await bundles.close()
    },
  }
}

/** As it is, or as an environment variable spells it: `MILLRACE_CONN_MY_DB` is connection `my_db`, and `my-db`. */
const findByName = (values: Readonly<Record<string, string>>, key: string): string | null => {
  const spelled = key.toUpperCase().replace(/[^A-Z0-9]/g, '_')
  for (const name of [key, spelled]) if (Object.hasOwn(values, name)) return values[name] ?? null
  return null
}
