/** All services but the worker in one process: what `npm start` runs. Opens the web port first, and waits for the supervisor's `go`. */
import { ApiConfig } from '../api/config.ts'
import { openFrontDoor } from '../api/front-door.ts'
import { startApi } from '../api/service.ts'
import { ExecutorConfig } from '../executor/config.ts'
import { startExecutor } from '../executor/service.ts'
import { ParserConfig } from '../parser/config.ts'
import { startParser } from '../parser/service.ts'
import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { runMain } from '../platform/lifecycle.ts'
import { makeLog } from '../platform/log.ts'
import { openPlatform } from '../platform/open-platform.ts'
import type { Service } from '../platform/platform.ts'
import { ProjectorConfig } from '../projector/config.ts'
import { startProjector } from '../projector/service.ts'
import { SchedulerConfig } from '../scheduler/config.ts'
import { startScheduler } from '../scheduler/service.ts'
import { migrateServices } from './migrate-services.ts'

const env = process.env
const common = readConfig(CommonConfig, env)
const configs = {
  api: readConfig(ApiConfig, env),
  executor: readConfig(ExecutorConfig, env),
  parser: readConfig(ParserConfig, env),
  projector: readConfig(ProjectorConfig, env),
  scheduler: readConfig(SchedulerConfig, env),
}
const log = makeLog('services', common.logLevel)

/** Resolves when the supervisor says that the servers are up; at once when nobody supervises. */
const go = (): Promise<void> =>
  new Promise((resolve) => {
    if (!process.connected) return resolve()
    process.on('message', (message) => {
      if ((message as { type?: unknown }).type === 'go') resolve()
    })
    // the supervisor was killed: nobody would end us
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  })

/** Takes no work in before it hands none out: what feeds the others stops first. */
const stopInOrder = async (services: readonly Service[]): Promise<void> => {
  for (const service of services) await service.stop()
}

runMain(
  'services',
  async (onFailed) => {
    const waiting = go()
    const door = await openFrontDoor(configs.api)
    await waiting
    await migrateServices(common, configs.projector.databaseUrl, log)
    process.send?.({ type: 'migrated' })
    // One producer has one batch under way at a time: what decides and dispatches does not wait for what is published about it.
    const [platform, behind] = await Promise.all([openPlatform(common, 'services', log), openPlatform(common, 'services-behind', log)])
    const services = await Promise.all([
      startApi(behind, { ...configs.api, door }, onFailed),
      startParser(behind, configs.parser, onFailed),
      startScheduler(platform, configs.scheduler, onFailed),
      startExecutor(platform, configs.executor, onFailed),
      startProjector(behind, configs.projector, onFailed),
    ])
    process.send?.({ type: 'ready' })
    return {
      service: { name: 'services', stop: () => stopInOrder(services) },
      close: () => Promise.all([door.close(), platform.close(), behind.close()]).then(() => undefined),
    }
  },
  log,
)
