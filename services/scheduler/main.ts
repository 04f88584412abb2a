/** A scheduler in a process of its own. Any number may run; the columns are shared out among them. */

import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { runMain } from '../platform/lifecycle.ts'
import { makeLog } from '../platform/log.ts'
import { openPlatform } from '../platform/open-platform.ts'
import { SchedulerConfig } from './config.ts'
import { startScheduler } from './service.ts'

const common = readConfig(CommonConfig, process.env)
const config = readConfig(SchedulerConfig, process.env)
const log = makeLog('scheduler', common.logLevel)

runMain(
  'scheduler',
  async (onFailed) => {
    const platform = await openPlatform(common, 'scheduler', log)
    const service = await startScheduler(platform, config, onFailed)
    return { service, close: () => platform.close() }
  },
  log,
)
