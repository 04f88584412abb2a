import { TriggerDagRun } from '../../../schemas/http/dag-runs.ts'
import { restRoutes } from '../../../schemas/http/rest-routes.ts'
import { MillraceError } from '../../core/errors.ts'
import type { WishedCommand } from '../commands/commander.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { strictBody } from '../http/strict-body.ts'
import { findDag } from '../queries/dags.ts'
import { runAnswerOfEvent } from '../queries/run-of-event.ts'
import { getRun, listRuns } from '../queries/runs.ts'
import { versionsOf } from '../queries/versions.ts'

export const addRunRoutes = (app: App, { db, commander }: ApiDeps): void => {
  app.route({ ...restRoutes.getDagRuns, handler: ({ params, query }) => listRuns(db, params.dag_id, query) })
  app.route({ ...restRoutes.getDagRun, handler: ({ params }) => getRun(db, params.dag_id, params.dag_run_id) })
  app.route({
    ...restRoutes.triggerDagRun,
    preValidation: strictBody(TriggerDagRun),
    handler: async ({ params, body }) => {
      await findDag(db, params.dag_id)
      const { run } = await commander.send(triggerCommand(params.dag_id, body))
      if (run === null) throw new MillraceError('internal', 'The scheduler made the run but the feed did not tell which: see the list of runs.')
      const version =
        run.version === null ? undefined : (await versionsOf(db, [{ dag_id: run.dagId, version: run.version }])).get(`${run.dagId}@${run.version}`)
      return runAnswerOfEvent(run, version)
    },
  })
}

const triggerCommand = (dagId: string, body: TriggerDagRun): WishedCommand => {
  const [start, end] = [ms(body.data_interval_start), ms(body.data_interval_end)]
  if ((start === null) !== (end === null))
    throw new MillraceError('bad_request', 'data_interval_start and data_interval_end go together: give both or neither.')
  if (start !== null && end !== null && start > end) throw new MillraceError('bad_request', 'data_interval_start is after data_interval_end.')
  return {
    dagId,
    kind: 'trigger_run',
    principal: 'api',
    runId: body.dag_run_id ?? null,
    logicalDate: ms(body.logical_date),
    withoutLogicalDate: body.logical_date === null,
    dataIntervalStart: start,
    dataIntervalEnd: end,
    runAfter: ms(body.run_after),
    conf: body.conf ? JSON.stringify(body.conf) : null,
    note: body.note ?? null,
  }
}

const ms = (date: string | null | undefined): number | null => (date === null || date === undefined ? null : Date.parse(date))
