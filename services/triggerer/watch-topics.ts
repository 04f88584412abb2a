/** The watchers as part of a triggerer: its connections, its bundles, and a reaper of their own, which sees to it that no process for filters outlives it. */
import type { BundleCache } from '../holder/bundle-cache.ts'
import { findByName } from '../holder/find-by-name.ts'
import { openReaper, type Reaper } from '../holder/reaper.ts'
import { markVariable } from '../holder/stray-processes.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import type { TriggererConfig } from './config.ts'
import { startWatchers } from './watchers/start-watchers.ts'

export const watchTopics = async (platform: Platform, config: TriggererConfig, bundles: BundleCache, onFailed: OnFailed): Promise<Service> => {
  const mark = `${platform.newId()}.`
  const { log } = platform
  let reaper: Reaper | null = null
  const watchers = await startWatchers(
    platform,
    {
      connection: (id) => findByName(config.connections, id),
      bundleFile: bundles.file,
      childEnv: { ...config.taskEnv, [markVariable]: `${mark}filter;` },
      filterLimitMs: config.filterLimitMs,
      childIdleMs: config.idleMs,
      guard(pid) {
        reaper ??= openReaper({ mark, onRestarted: (how) => log.warn({ how }, "the filters' reaper died and was started again"), onFailed })
        const held = reaper
        held.register(pid)
        return () => held.release(pid)
      },
    },
    onFailed,
  )
  return {
    name: 'watchers',
    async stop() {
      await watchers.stop()
      await reaper?.close()
    },
  }
}
