/** A triggerer as a process of its own: `millrace triggerer`. Any number may run; SIGTERM hands its triggers back to the others. */
import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { runMain } from '../platform/lifecycle.ts'
import { makeLog } from '../platform/log.ts'
import { openPlatform } from '../platform/open-platform.ts'
import { readTriggererConfig } from './config.ts'
import { startTriggerer } from './service.ts'

const common = readConfig(CommonConfig, process.env)
const config = readTriggererConfig(process.env)
const log = makeLog('triggerer', common.logLevel)

runMain(
  'triggerer',
  async (onFailed) => {
    const platform = await openPlatform(common, 'triggerer', log)
    const service = await startTriggerer(platform, config, onFailed)
    void service.drained.then(() => process.kill(process.pid, 'SIGTERM'))
    return { service, close: () => platform.close() }
  },
  log,
)
