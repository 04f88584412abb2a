/** The migration step as a process of its own: to be run to its end before the services of a release start. */
import { ensureError, MillraceError } from '../core/errors.ts'
import { readConfig } from '../platform/config.ts'
import { CommonConfig } from '../platform/config-common.ts'
import { makeLog } from '../platform/log.ts'
import { ProjectorConfig } from '../projector/config.ts'
import { migrateServices } from './migrate-services.ts'

const log = makeLog('migrate', process.env['MILLRACE_LOG_LEVEL'] || 'info')

const run = async (): Promise<void> => {
  const { databaseUrl } = readConfig(ProjectorConfig, process.env)
  await migrateServices(readConfig(CommonConfig, process.env), databaseUrl, log)
  log.info('topics, schemas and tables are as this release wants them')
}

run().then(
  () => process.exit(0),
  (thrown: unknown) => {
    const error = ensureError(thrown)
    if (error instanceof MillraceError) log.fatal({ code: error.code }, error.message)
    else log.fatal({ err: error }, 'the migration failed')
    process.exit(1)
  },
)
