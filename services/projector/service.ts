/** Journal -> public feeds, public feeds -> tables, task-logs -> files: three flows that do not wait for one another. */
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import type { ProjectorConfig } from './config.ts'
import { startFeeds } from './feeds/start-feeds.ts'
import { startLogStore } from './logs/start-log-store.ts'
import { startTables } from './tables/start-tables.ts'

export const startProjector = async (platform: Platform, config: ProjectorConfig, onFailed: OnFailed): Promise<Service> => {
  const [feeds, logs] = await Promise.all([startFeeds(platform, onFailed), startLogStore(platform, config, onFailed)])
  const tables = startTables(platform, { ...config, forgetLogs: logs.forget }, onFailed)
  return {
    name: 'projector',
    async stop() {
      await feeds.stop()
      await Promise.all([tables.stop(), logs.stop()])
    },
  }
}
