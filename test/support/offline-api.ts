/** The HTTP application with a database that is not there: for what can be told without one. */
import { buildApi } from '../../services/api/build-api.ts'
import { makeCommander } from '../../services/api/commands/commander.ts'
import { makeDrainWorker } from '../../services/api/commands/drain-worker.ts'
import { makeGuard } from '../../services/api/http/guard.ts'
import type { App } from '../../services/api/http/make-app.ts'
import type { Committed } from '../../services/api/live/committed.ts'
import { makeLiveHub } from '../../services/api/live/hub.ts'
import type { Tables } from '../../services/api/queries/tables.ts'
import { release } from '../../services/api/release.ts'
import type { Settings } from '../../services/api/settings/open-settings.ts'
import { openStore } from '../../services/platform/store/open-store.ts'
import { makeMemoryPlatform } from './memory-platform.ts'

const noSettings: Settings = { all: () => new Map(), get: () => null, put: async () => {}, remove: async () => {}, close: async () => {} }

const unheard: Committed = { has: () => false, isHeard: () => false, onChange: () => () => {}, wait: async () => false, close: async () => {} }

export const openOfflineApi = (webAppDir = '/nowhere'): Promise<App> => {
  const platform = makeMemoryPlatform()
  const { clock, log } = platform
  // Port 1 refuses at once.
  const store = openStore<Tables>({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', log, name: 'test' })
  const deps = {
    db: store.db.withSchema('projection'),
    commander: makeCommander(platform, unheard),
    publishDatasetEvent: async () => ({ partition: 0, offset: 0 }),
    newId: platform.newId,
    drainWorker: makeDrainWorker(platform),
    hub: makeLiveHub(unheard, clock),
    settings: noSettings,
    lastDecisionAt: () => null,
    clock,
    log,
    logsDir: '/nowhere',
    release,
    ending: new AbortController().signal,
  }
  return buildApi(deps, { guard: makeGuard('127.0.0.1', []), webAppDir })
}
