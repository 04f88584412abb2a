/** The projector as a process of its own. */

import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { runMain } from '../platform/lifecycle.ts'
import { makeLog } from '../platform/log.ts'
import { openPlatform } from '../platform/open-platform.ts'
import { migrateStore } from '../platform/store/migrate-store.ts'
import { untilReachable } from '../platform/until-reachable.ts'
import { ProjectorConfig } from './config.ts'
import { startProjector } from './service.ts'

runMain('projector', async (onFailed) => {
  const common = readConfig(CommonConfig, process.env)
  const config = readConfig(ProjectorConfig, process.env)
  const log = makeLog('projector', common.logLevel)
  await untilReachable(() => migrateStore(config.databaseUrl, log), log)
  const platform = await openPlatform(common, 'projector', log)
  const service = await startProjector(platform, config, onFailed)
  return { service, close: () => platform.close() }
})
