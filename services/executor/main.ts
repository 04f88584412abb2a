/** An executor in a process of its own. Any number may run: one leads, the others take over when it goes. */
import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { runMain } from '../platform/lifecycle.ts'
import { makeLog } from '../platform/log.ts'
import { openPlatform } from '../platform/open-platform.ts'
import { ExecutorConfig } from './config.ts'
import { startExecutor } from './service.ts'

const common = readConfig(CommonConfig, process.env)
const config = readConfig(ExecutorConfig, process.env)
const log = makeLog('executor', common.logLevel)

runMain(
  'executor',
  async (onFailed) => {
    const platform = await openPlatform(common, 'executor', log)
    const service = await startExecutor(platform, config, onFailed)
    return { service, close: () => platform.close() }
  },
  log,
)
