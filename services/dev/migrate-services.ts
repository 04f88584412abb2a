import type { CommonConfig } from '../platform/config-common.ts'
import type { Logger } from '../platform/log.ts'
import { migrate } from '../platform/migrate.ts'
import { migrateStore } from '../platform/store/migrate-store.ts'

/** Topics and schemas, and the tables beside them; safe to run again and again. */
export const migrateServices = async (common: CommonConfig, databaseUrl: string, log: Logger): Promise<void> => {
  await Promise.all([migrate(common, log), migrateStore(databaseUrl, log)])
}
