import type { DatasetEvent } from '../../schemas/generated/records.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { Commander } from './commands/commander.ts'
import type { Published } from './commands/publish-dataset-event.ts'
import type { LiveHub } from './live/hub.ts'
import type { Db } from './queries/tables.ts'
import type { Settings } from './settings/open-settings.ts'

/** What the routes stand on. */
export interface ApiDeps {
  readonly db: Db
  readonly commander: Commander
  readonly publishDatasetEvent: (event: DatasetEvent) => Promise<Published>
  readonly newId: () => string
  readonly drainWorker: (incarnation: string) => Promise<void>
  readonly hub: LiveHub
  readonly settings: Settings
  readonly lastDecisionAt: () => number | null
  readonly clock: Clock
  readonly log: Logger
  readonly logsDir: string
  readonly release: string
  /** Aborted when the service stops: open streams end. */
  readonly ending: AbortSignal
}
