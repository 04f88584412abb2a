import { uiRoutes } from '../../../schemas/http/ui-routes.ts'
import { runGroupRoutes } from '../../../schemas/http/ui-run-groups.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { streamLive } from '../live/stream-live.ts'
import { streamLog } from '../logs/stream-log.ts'
import { listRunGroups } from '../queries/run-groups.ts'
import { listDagRows } from '../queries/ui-dags.ts'
import { getGrid } from '../queries/ui-grid.ts'
import { structureOf } from '../queries/ui-structure.ts'
import { currentVersion, definitionOf, findVersion } from '../queries/versions.ts'
import { listWatchers } from '../queries/watchers.ts'
import { findDrainable, listWorkers } from '../queries/workers.ts'

export const addUiRoutes = (app: App, deps: ApiDeps): void => {
  const { db, clock, drainWorker } = deps
  app.route({ ...uiRoutes.getDagRows, handler: ({ query }) => listDagRows(db, query) })
  app.route({ ...uiRoutes.getGrid, handler: ({ params, query }) => getGrid(db, params.dag_id, query) })
  app.route({ ...runGroupRoutes.getRunGroups, handler: ({ params, query }) => listRunGroups(db, params.dag_id, query) })
  app.route({
    ...uiRoutes.getStructure,
    handler: async ({ params, query }) => {
      const row = query.version === undefined ? await currentVersion(db, params.dag_id) : await findVersion(db, params.dag_id, query.version)
      return structureOf(row, definitionOf(row))
    },
  })
  app.route({ ...uiRoutes.getWorkers, handler: () => listWorkers(db, clock.now()) })
  app.route({ ...uiRoutes.getWatchers, handler: ({ query }) => listWatchers(db, query, clock.now()) })
  app.route({
    ...uiRoutes.drainWorker,
    handler: async ({ params }, reply) => {
      const worker = await findDrainable(db, params.incarnation, clock.now())
      await drainWorker(worker.incarnation)
      reply.code(202)
      return worker
    },
  })
  app.route({
    ...uiRoutes.live,
    handler: (request, reply) => {
      reply.hijack()
      streamLive(deps, reply.raw, { dagId: request.query.dag_id ?? null, lastEventId: lastEventId(request.headers) })
    },
  })
  app.route({
    ...uiRoutes.streamLog,
    handler: async (request, reply) => {
      const { params: p, query, headers } = request
      const at = { dagId: p.dag_id, runId: p.dag_run_id, taskId: p.task_id, mapIndex: query.map_index ?? -1, tryNumber: p.try_number }
      const last = Number(lastEventId(headers) ?? Number.NaN)
      await streamLog(deps, reply, at, Number.isSafeInteger(last) ? last + 1 : (query.from ?? 0))
      return reply
    },
  })
}

const lastEventId = (headers: Readonly<Record<string, string | string[] | undefined>>): string | null => {
  const value = headers['last-event-id']
  return typeof value === 'string' && value !== '' ? value : null
}
