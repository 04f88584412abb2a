import { ensureError } from '../core/errors.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import { openStore } from '../platform/store/open-store.ts'
import { buildApi } from './build-api.ts'
import { makeCommander } from './commands/commander.ts'
import { makeDrainWorker } from './commands/drain-worker.ts'
import { makePublishDatasetEvent } from './commands/publish-dataset-event.ts'
import type { ApiConfig } from './config.ts'
import { type FrontDoor, openFrontDoor } from './front-door.ts'
import { makeGuard } from './http/guard.ts'
import { builtWebApp } from './http/web-app.ts'
import { openCommitted } from './live/committed.ts'
import { makeLiveHub } from './live/hub.ts'
import { watchFeeds } from './live/watch-feeds.ts'
import { watchMonitor } from './live/watch-monitor.ts'
import { monitorMarks } from './queries/monitor-marks.ts'
import type { Tables } from './queries/tables.ts'
import { release } from './release.ts'
import { openSettings } from './settings/open-settings.ts'

export interface ApiStart extends ApiConfig {
  /** Opened before, so that the address answers while the rest starts. Then `host` and `port` are the door's, and it is closed by who opened it. */
  readonly door?: FrontDoor
  /** Folder of the built web app; left out: dist/ui. */
  readonly webAppDir?: string
}

export interface ApiService extends Service {
  readonly url: string
}

/** Starts the REST API, the live streams and the web app. */
export const startApi = async (platform: Platform, config: ApiStart, onFailed: OnFailed): Promise<ApiService> => {
  const { clock, log } = platform
  const door = config.door ?? (await openFrontDoor(config))
  const store = openStore<Tables>({ databaseUrl: config.databaseUrl, log, name: 'api', maxConnections: 6 })
  const committed = await openCommitted({ databaseUrl: config.databaseUrl, clock, log })
  const hub = makeLiveHub(committed, clock)
  const commander = makeCommander(platform, committed)
  const feeds = await watchFeeds(platform, { hub, onRunEvent: commander.onRunEvent }, onFailed)
  const db = store.db.withSchema('projection')
  const monitor = watchMonitor({ read: () => monitorMarks(db), hub, committed, clock, log })
  const settings = await openSettings(platform, onFailed)
  const ending = new AbortController()
  const app = await buildApi(
    {
      db,
      commander,
      publishDatasetEvent: makePublishDatasetEvent(platform, committed),
      newId: platform.newId,
      drainWorker: makeDrainWorker(platform),
      hub,
      settings,
      lastDecisionAt: feeds.lastDecisionAt,
      clock,
      log,
      logsDir: config.logsDir,
      release,
      ending: ending.signal,
    },
    { guard: makeGuard(door.host, config.allowedHosts), webAppDir: config.webAppDir ?? builtWebApp() },
  )
  door.serve((request, response) => app.routing(request, response))
  log.info({ url: door.url }, `the API answers at ${door.url}`)
  return {
    name: 'api',
    url: door.url,
    async stop() {
      door.serve(null)
      ending.abort()
      if (config.door === undefined) await door.close()
      await app.close()
      monitor.close()
      await feeds.close()
      await settings.close()
      hub.close()
      await committed.close()
      await store.close().catch((error: unknown) => log.warn({ error: ensureError(error).message }, 'closing the pool'))
    },
  }
}
