/** A service's surroundings on the test's servers: fresh topics and schemas under a prefix, a fresh database with the tables, a platform. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommonConfig } from '../../services/platform/config-common.ts'
import { makeLog } from '../../services/platform/log.ts'
import { migrate } from '../../services/platform/migrate.ts'
import { type OpenPlatform, openPlatform } from '../../services/platform/open-platform.ts'
import { migrateStore } from '../../services/platform/store/migrate-store.ts'
import { freshDatabase, freshTopicPrefix, stackEnv } from './stack-env.ts'

export interface ServiceStack {
  readonly platform: OpenPlatform
  readonly config: CommonConfig
  readonly databaseUrl: string
  readonly logsDir: string
  close(): Promise<void>
}

export const openServiceStack = async (columns = 2): Promise<ServiceStack> => {
  const log = makeLog('test', 'silent')
  const config: CommonConfig = {
    brokers: stackEnv('KAFKA_BROKERS').split(','),
    registryUrl: stackEnv('SCHEMA_REGISTRY_URL'),
    topicPrefix: freshTopicPrefix(),
    columns,
    logLevel: 'silent',
  }
  const database = await freshDatabase()
  await Promise.all([migrate(config, log), migrateStore(database.url, log)])
  const platform = await openPlatform(config, 'test', log)
  const logsDir = await mkdtemp(join(tmpdir(), 'millrace-logs-'))
  return {
    platform,
    config,
    databaseUrl: database.url,
    logsDir,
    async close() {
      await platform.close()
      await database.drop()
      await rm(logsDir, { recursive: true, force: true })
    },
  }
}
