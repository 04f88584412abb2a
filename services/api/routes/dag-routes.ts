import { DagPatch } from '../../../schemas/http/dags.ts'
import { restRoutes } from '../../../schemas/http/rest-routes.ts'
import { MillraceError } from '../../core/errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { strictBody } from '../http/strict-body.ts'
import { dagAnswer, dagDetails, findDag, listDags } from '../queries/dags.ts'
import { getTask, listTasks } from '../queries/tasks.ts'
import { currentVersion, findVersion, listVersions, versionAnswer } from '../queries/versions.ts'

export const addDagRoutes = (app: App, { db, commander }: ApiDeps): void => {
  app.route({
    ...restRoutes.getDags,
    handler: async ({ query }) => {
      const { rows, total } = await listDags(db, query)
      return { dags: rows.map(dagAnswer), total_entries: total }
    },
  })
  app.route({ ...restRoutes.getDag, handler: async ({ params }) => dagAnswer(await findDag(db, params.dag_id)) })
  app.route({ ...restRoutes.getDagDetails, handler: ({ params }) => dagDetails(db, params.dag_id) })
  app.route({
    ...restRoutes.patchDag,
    preValidation: strictBody(DagPatch),
    handler: async ({ params, query, body }) => {
      const unknown = query.update_mask?.filter((field) => field !== 'is_paused') ?? []
      if (unknown.length > 0) throw new MillraceError('bad_request', `update_mask: ${unknown.join(', ')} cannot be changed; is_paused can.`)
      await findDag(db, params.dag_id)
      await commander.send({ dagId: params.dag_id, kind: 'set_paused', paused: body.is_paused, principal: 'api' })
      return { ...dagAnswer(await findDag(db, params.dag_id)), is_paused: body.is_paused }
    },
  })
  app.route({
    ...restRoutes.getDagSource,
    handler: async ({ params, query }) => {
      const row = query.version_number === undefined ? await currentVersion(db, params.dag_id) : await findVersion(db, params.dag_id, query.version_number)
      return { content: row.source, dag_id: row.dag_id, dag_display_name: row.dag_id, version_number: row.version_number }
    },
  })
  app.route({ ...restRoutes.getDagVersions, handler: ({ params, query }) => listVersions(db, params.dag_id, query) })
  app.route({ ...restRoutes.getDagVersion, handler: async ({ params }) => versionAnswer(await findVersion(db, params.dag_id, params.version_number)) })
  app.route({ ...restRoutes.getTasks, handler: ({ params, query }) => listTasks(db, params.dag_id, query.order_by) })
  app.route({ ...restRoutes.getTask, handler: ({ params }) => getTask(db, params.dag_id, params.task_id) })
}
