/** The HTTP application: routes on what they stand on. Listens on nothing: the front door does. */
import type { ApiDeps } from './deps.ts'
import type { Guard } from './http/guard.ts'
import { type App, makeApp } from './http/make-app.ts'
import { refusalOf } from './http/problems.ts'
import { serveWebApp } from './http/web-app.ts'
import { addAssetRoutes } from './routes/asset-routes.ts'
import { addBackfillRoutes } from './routes/backfill-routes.ts'
import { addChangeRoutes } from './routes/change-routes.ts'
import { addDagRoutes } from './routes/dag-routes.ts'
import { addNextRunsRoutes } from './routes/next-runs-routes.ts'
import { addOtherRoutes } from './routes/other-routes.ts'
import { addPoolRoutes } from './routes/pool-routes.ts'
import { addRunRoutes } from './routes/run-routes.ts'
import { addTaskRoutes } from './routes/task-routes.ts'
import { addUiRoutes } from './routes/ui-routes.ts'
import { addVersionRoutes } from './routes/version-routes.ts'

export interface ApiOptions {
  readonly guard: Guard
  /** Folder of the built web app. */
  readonly webAppDir: string
}

export const buildApi = async (deps: ApiDeps, { guard, webAppDir }: ApiOptions): Promise<App> => {
  const app = await makeApp({ log: deps.log, version: deps.release })
  app.setErrorHandler((error, request, reply) => {
    const { status, problem, isFault } = refusalOf(error, request.id)
    if (isFault) deps.log.error({ err: error, request: request.id, url: request.url }, 'a request failed')
    if (status === 503) reply.header('retry-after', '2')
    return reply.code(status).type('application/json; charset=utf-8').send(problem)
  })
  app.addHook('onRequest', async (request, reply) => {
    guard.check(request.method, request.headers)
    reply.header('cache-control', 'no-store')
  })
  app.removeContentTypeParser('text/plain')
  addDagRoutes(app, deps)
  addAssetRoutes(app, deps)
  addRunRoutes(app, deps)
  addTaskRoutes(app, deps)
  addChangeRoutes(app, deps)
  addBackfillRoutes(app, deps)
  addPoolRoutes(app, deps)
  addVersionRoutes(app, deps)
  addNextRunsRoutes(app, deps)
  addOtherRoutes(app, deps)
  addUiRoutes(app, deps)
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  await serveWebApp(app, webAppDir)
  await app.ready()
  return app
}
