/** The API as a process of its own. */

import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { runMain } from '../platform/lifecycle.ts'
import { makeLog } from '../platform/log.ts'
import { openPlatform } from '../platform/open-platform.ts'
import { migrateStore } from '../platform/store/migrate-store.ts'
import { untilReachable } from '../platform/until-reachable.ts'
import { ApiConfig } from './config.ts'
import { openFrontDoor } from './front-door.ts'
import { startApi } from './service.ts'

runMain('api', async (onFailed) => {
  const common = readConfig(CommonConfig, process.env)
  const config = readConfig(ApiConfig, process.env)
  const log = makeLog('api', common.logLevel)
  const door = await openFrontDoor(config)
  await untilReachable(() => migrateStore(config.databaseUrl, log), log)
  const platform = await openPlatform(common, 'api', log)
  const service = await startApi(platform, { ...config, door }, onFailed)
  return {
    service,
    async close() {
      await door.close()
      await platform.close()
    },
  }
})
