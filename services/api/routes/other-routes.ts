import { restRoutes } from '../../../schemas/http/rest-routes.ts'
import { deadLetterRoutes } from '../../../schemas/http/ui-dead-letters.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { listDeadLetters } from '../queries/dead-letters.ts'
import { getHealth } from '../queries/health.ts'
import { getImportError, listImportErrors } from '../queries/import-errors.ts'

export const addOtherRoutes = (app: App, { db, hub, clock, lastDecisionAt, release }: ApiDeps): void => {
  const health = () => getHealth(db, clock.now(), { lagSeconds: hub.lagSeconds(), lastDecisionAt: lastDecisionAt() })
  app.route({ ...restRoutes.getImportErrors, handler: ({ query }) => listImportErrors(db, query) })
  app.route({ ...restRoutes.getImportError, handler: ({ params }) => getImportError(db, params.import_error_id) })
  app.route({ ...deadLetterRoutes.getDeadLetters, handler: ({ query }) => listDeadLetters(db, query) })
  app.route({ ...restRoutes.getMonitorHealth, handler: health })
  app.route({ ...restRoutes.getVersion, handler: async () => ({ version: release, git_version: null }) })
  app.route({
    ...restRoutes.getAlive,
    handler: async (_request, reply) => {
      const parts = await health()
      const isUp = parts.metadatabase.status === 'healthy'
      reply.code(isUp ? 200 : 503)
      return { status: isUp ? ('ok' as const) : ('unhealthy' as const), health: parts }
    },
  })
}
