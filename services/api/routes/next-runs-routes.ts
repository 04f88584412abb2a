import { nextRunsRoutes } from '../../../schemas/http/ui-next-runs.ts'
import { runsToCome } from '../../core/schedule/preview.ts'
import { windowAnswer } from '../../core/schedule/window-answer.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { findDag } from '../queries/dags.ts'
import { lastScheduledWindow } from '../queries/last-scheduled-window.ts'
import { currentVersion, definitionOf } from '../queries/versions.ts'

export const addNextRunsRoutes = (app: App, { db, clock }: ApiDeps): void => {
  app.route({
    ...nextRunsRoutes.getNextRuns,
    handler: async ({ params, query }) => {
      const { dag_id: dagId } = params
      const dag = await findDag(db, dagId)
      const definition = definitionOf(await currentVersion(db, dagId))
      const windows = runsToCome(definition, await lastScheduledWindow(db, dagId), clock.now(), query.count ?? 5)
      return { dag_id: dagId, is_paused: dag.paused, next_runs: windows.map(windowAnswer) }
    },
  })
}
