import { makeLog } from '../../../services/platform/log.ts'
import { migrate } from '../../../services/platform/migrate.ts'
import { openPlatform } from '../../../services/platform/open-platform.ts'
import { freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'
import { executorCases } from './executor-cases.ts'

const log = makeLog('test', 'silent')

executorCases(async () => {
  const config = {
    brokers: stackEnv('KAFKA_BROKERS').split(','),
    registryUrl: stackEnv('SCHEMA_REGISTRY_URL'),
    topicPrefix: freshTopicPrefix(),
    columns: 3,
    logLevel: 'silent' as const,
  }
  await migrate(config, log)
  return { platform: (name) => openPlatform(config, name, log) }
})
