/** A parser in a process of its own. */

import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { runMain } from '../platform/lifecycle.ts'
import { makeLog } from '../platform/log.ts'
import { openPlatform } from '../platform/open-platform.ts'
import { ParserConfig } from './config.ts'
import { startParser } from './service.ts'

const common = readConfig(CommonConfig, process.env)
const config = readConfig(ParserConfig, process.env)
const log = makeLog('parser', common.logLevel)

runMain(
  'parser',
  async (onFailed) => {
    const platform = await openPlatform(common, 'parser', log)
    const service = await startParser(platform, config, onFailed)
    return { service, close: () => platform.close() }
  },
  log,
)
