import { backfillRoutes } from '../../../schemas/http/backfill-routes.ts'
import { type Backfill, BackfillPost } from '../../../schemas/http/backfills.ts'
import { MillraceError } from '../../core/errors.ts'
import { createBackfillArgs } from '../commands/change-args.ts'
import { backfillIn } from '../commands/command-result.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { strictBody } from '../http/strict-body.ts'
import { backfillOfEvent, findBackfill, getBackfill, listBackfills } from '../queries/backfills.ts'
import { findDag } from '../queries/dags.ts'

export const addBackfillRoutes = (app: App, { db, commander }: ApiDeps): void => {
  const change = async (backfillId: string, kind: 'pause_backfill' | 'resume_backfill' | 'cancel_backfill'): Promise<Backfill> => {
    const { dag_id: dagId } = await findBackfill(db, backfillId)
    await commander.send({ dagId, kind, principal: 'api', args: JSON.stringify({ backfillId }) })
    return getBackfill(db, backfillId)
  }

  app.route({ ...backfillRoutes.listBackfills, handler: ({ query }) => listBackfills(db, query) })
  app.route({ ...backfillRoutes.getBackfill, handler: ({ params }) => getBackfill(db, params.backfill_id) })
  app.route({
    ...backfillRoutes.createBackfill,
    preValidation: strictBody(BackfillPost),
    handler: async ({ body }) => {
      await findDag(db, body.dag_id)
      const args = JSON.stringify(createBackfillArgs(body, false))
      const { result, backfills } = await commander.send({ dagId: body.dag_id, kind: 'create_backfill', principal: 'api', args })
      const { backfillId } = backfillIn(result)
      if (backfillId === null) throw new MillraceError('internal', 'The scheduler made the backfill but did not say which: see the list of backfills.')
      const event = backfills.get(`${body.dag_id}/${backfillId}`)
      return event ? backfillOfEvent(event) : getBackfill(db, backfillId)
    },
  })
  app.route({
    ...backfillRoutes.dryRunBackfill,
    preValidation: strictBody(BackfillPost),
    handler: async ({ body }) => {
      await findDag(db, body.dag_id)
      const args = JSON.stringify(createBackfillArgs(body, true))
      const { result } = await commander.send({ dagId: body.dag_id, kind: 'create_backfill', principal: 'api', args })
      const { dates } = backfillIn(result)
      return { backfills: dates.map((date) => ({ logical_date: new Date(date).toISOString() })), total_entries: dates.length }
    },
  })
  app.route({ ...backfillRoutes.pauseBackfill, handler: ({ params }) => change(params.backfill_id, 'pause_backfill') })
  app.route({ ...backfillRoutes.unpauseBackfill, handler: ({ params }) => change(params.backfill_id, 'resume_backfill') })
  app.route({ ...backfillRoutes.cancelBackfill, handler: ({ params }) => change(params.backfill_id, 'cancel_backfill') })
}
