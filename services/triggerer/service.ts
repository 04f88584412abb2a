/** The triggerer: holds the triggers of deferred tasks, thousands in one event loop, and watches topics for datasets (DESIGN 3, SEMANTICS 6 and 7). */
import type { TriggerCommand } from '../holder/attempt-table.ts'
import { openBundleCache } from '../holder/bundle-cache.ts'
import { openIncarnation } from '../holder/incarnation.ts'
import { type Life, openLives } from '../holder/lives.ts'
import { openReaper } from '../holder/reaper.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import { openCodeProcess } from './code-process.ts'
import type { TriggererConfig } from './config.ts'
import { openFeeds } from './feeds.ts'
import { makeTriggerHosts } from './trigger-host.ts'
import { startTrigger } from './trigger-run.ts'
import { watchTopics } from './watch-topics.ts'

export interface TriggererService extends Service {
  /** Of the present incarnation. */
  incarnation(): string
  /** Resolves when it was drained by command: it has left, and waits to be stopped. */
  readonly drained: Promise<void>
}

export const startTriggerer = async (platform: Platform, config: TriggererConfig, onFailed: OnFailed): Promise<TriggererService> => {
  const log = platform.log.child({ service: 'triggerer' })
  const here: Platform = { ...platform, log }
  let stopping = false
  const fail = (error: Error): void => {
    if (!stopping) onFailed(error)
  }
  const bundles = await openBundleCache(here, config.bundleDir, fail)
  const feeds = openFeeds(here, fail)
  const hosts = makeTriggerHosts(config)

  /** Each life has a reaper and a process for code of its own: what a reaper kills late never belongs to the next life. */
  const open = async (): Promise<Life> => {
    const mark = `${platform.newId()}.`
    const reaper = openReaper({ mark, onRestarted: (how) => log.warn({ how }, 'the reaper died and was started again'), onFailed: fail })
    const code = openCodeProcess({ clock: platform.clock, log, reaper, mark, config, hosts })
    const close = async (): Promise<void> => {
      await code.close()
      await reaper.close()
    }
    try {
      const incarnation = await openIncarnation<TriggerCommand>({
        platform: here,
        // A trigger has no end to wait for: who stops hands all of them back at once.
        config: { ...config, queues: [], graceMs: 0 },
        kind: 'triggerer',
        takes: 'RunTrigger',
        begin: (held) => {
          const deps = { ...held, platform: here, config, bundles, feeds, code, hosts }
          return (command) => startTrigger(deps, command)
        },
        reaper,
        onFailed: fail,
      })
      return { incarnation, close }
    } catch (thrown) {
      await close()
      throw thrown
    }
  }
  const closeAll = async (): Promise<void> => {
    stopping = true
    await Promise.all([bundles.close(), feeds.close()])
  }
  const lives = await openLives(open, fail).catch(async (thrown: unknown) => {
    await closeAll()
    throw thrown
  })
  const watchers = await watchTopics(here, config, bundles, fail).catch(async (thrown: unknown) => {
    await lives.stop()
    await closeAll()
    throw thrown
  })
  return {
    name: 'triggerer',
    incarnation: () => lives.current().id,
    drained: lives.drained,
    async stop() {
      stopping = true
      await Promise.all([lives.stop(), watchers.stop()])
      await closeAll()
    },
  }
}
