/** The worker: takes attempts from its inbox and runs each in a child process (DESIGN 3, PROTOCOL "Executor, workers"). */
import type { AttemptCommand } from '../holder/attempt-table.ts'
import { openBundleCache } from '../holder/bundle-cache.ts'
import { findByName } from '../holder/find-by-name.ts'
import { openIncarnation } from '../holder/incarnation.ts'
import { type Life, openLives } from '../holder/lives.ts'
import { openReaper } from '../holder/reaper.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import { startAttempt } from './attempt-run.ts'
import type { Ask } from './child-messages.ts'
import { openChildPool } from './child-pool.ts'
import type { WorkerConfig } from './config.ts'
import { type OtherRuns, openOtherRuns } from './other-runs.ts'

export interface WorkerService extends Service {
  /** Of the present incarnation. */
  incarnation(): string
  /** Resolves when the worker was drained by command (`millrace worker drain`): it has left, and waits to be stopped. */
  readonly drained: Promise<void>
  /** While `stop` waits for attempts: hand them back now. */
  hurry(): void
}

export const startWorker = async (platform: Platform, config: WorkerConfig, onFailed: OnFailed): Promise<WorkerService> => {
  const log = platform.log.child({ service: 'worker' })
  let stopping = false
  const fail = (error: Error): void => {
    if (!stopping) onFailed(error)
  }
  const bundles = await openBundleCache(platform, config.bundleDir, fail)
  const otherRuns = openOtherRuns(platform, fail)

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
      answer: (asked) => answerTask(asked, config, otherRuns),
      onStartFailed(how) {
        reaper.isOver().then((isOver) => {
          if (!isOver) fail(new Error(`task processes end before they are ready (${how}): see their messages above`))
        }, fail)
      },
    })
    const close = async (): Promise<void> => {
      await pool.close()
      await reaper.close()
    }
    try {
      const incarnation = await openIncarnation<AttemptCommand>({
        platform,
        config,
        kind: 'worker',
        takes: 'RunAttempt',
        begin: (held) => {
          const deps = { ...held, ...config, platform, pool, bundles }
          return (command) => startAttempt(deps, command)
        },
        reaper,
        onFailed: fail,
      })
      pool.warmUp()
      return { incarnation, close }
    } catch (thrown) {
      await close()
      throw thrown
    }
  }
  const lives = await openLives(open, fail).catch(async (thrown: unknown) => {
    stopping = true
    await Promise.all([bundles.close(), otherRuns.close()])
    throw thrown
  })
  return {
    name: 'worker',
    incarnation: () => lives.current().id,
    drained: lives.drained,
    hurry: () => lives.current().hurry(),
    async stop() {
      stopping = true
      await lives.stop()
      await Promise.all([bundles.close(), otherRuns.close()])
    },
  }
}

const answerTask = async ({ what, key }: Ask, { connections, variables }: WorkerConfig, otherRuns: OtherRuns): Promise<string | null> => {
  switch (what) {
    case 'connection':
      return findByName(connections, key)
    case 'variable':
      return findByName(variables, key)
    case 'trigger_run':
      return JSON.stringify(await otherRuns.triggerRun(JSON.parse(key)))
    case 'run_end':
      return JSON.stringify(await otherRuns.runEnd(JSON.parse(key)))
    default:
      return what satisfies never
  }
}
