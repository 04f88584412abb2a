import { taskInstanceRoutes } from '../../../schemas/http/task-instance-routes.ts'
import { MillraceError } from '../../core/errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { logStart, readLogLines } from '../logs/log-lines.ts'
import { sendPlainLog } from '../logs/plain-log.ts'
import { findTryLog, isMarkedOver } from '../logs/try-log.ts'
import { findInstance, getTaskInstance, listTaskInstances } from '../queries/task-instances.ts'
import { getTry, listTries } from '../queries/tries.ts'
import { getXCom, listXComs } from '../queries/xcoms.ts'

const unmapped = -1
const linesAnAnswer = 10_000

export const addTaskRoutes = (app: App, { db, logsDir, clock }: ApiDeps): void => {
  app.route({ ...taskInstanceRoutes.getTaskInstances, handler: ({ params, query }) => listTaskInstances(db, params.dag_id, params.dag_run_id, query) })
  app.route({
    ...taskInstanceRoutes.getTaskInstance,
    handler: ({ params: p }) => getTaskInstance(db, p.dag_id, p.dag_run_id, p.task_id, unmapped, clock.now()),
  })
  app.route({
    ...taskInstanceRoutes.getMappedTaskInstance,
    handler: ({ params: p }) => getTaskInstance(db, p.dag_id, p.dag_run_id, p.task_id, p.map_index, clock.now()),
  })
  app.route({
    ...taskInstanceRoutes.getMappedTaskInstances,
    handler: async ({ params: p, query }) => {
      const { map_index: wanted, ...rest } = query
      const mapped = await listTaskInstances(db, p.dag_id, p.dag_run_id, { ...rest, task_id: p.task_id, ...(wanted ? { map_index: wanted } : {}) })
      const task_instances = mapped.task_instances.filter((one) => one.map_index >= 0)
      return { task_instances, total_entries: mapped.total_entries - (mapped.task_instances.length - task_instances.length) }
    },
  })
  app.route({
    ...taskInstanceRoutes.getTaskInstanceTries,
    handler: async ({ params: p, query }) => listTries(db, await findInstance(db, p.dag_id, p.dag_run_id, p.task_id, query.map_index ?? unmapped)),
  })
  app.route({
    ...taskInstanceRoutes.getTaskInstanceTry,
    handler: async ({ params: p, query }) =>
      getTry(db, await findInstance(db, p.dag_id, p.dag_run_id, p.task_id, query.map_index ?? unmapped), p.task_try_number),
  })
  app.route({
    ...taskInstanceRoutes.getMappedTaskInstanceTries,
    handler: async ({ params: p }) => listTries(db, await findInstance(db, p.dag_id, p.dag_run_id, p.task_id, p.map_index)),
  })

  app.route({
    ...taskInstanceRoutes.getLog,
    handler: async ({ params: p, query, headers }, reply) => {
      const log = await findTryLog(db, logsDir, {
        dagId: p.dag_id,
        runId: p.dag_run_id,
        taskId: p.task_id,
        mapIndex: query.map_index ?? unmapped,
        tryNumber: p.try_number,
      })
      if (wantsText(headers.accept)) return sendPlainLog(reply, log.path)
      const from = query.token === undefined ? 0 : Number(query.token)
      if (!Number.isSafeInteger(from) || from < 0) throw new MillraceError('bad_request', 'token is not one that an answer before gave as continuation_token.')
      const isMarked = await isMarkedOver(log.path)
      const { lines, cursor, isCut } = await readLogLines(log.path, logStart, from, query.full_content === true ? Number.MAX_SAFE_INTEGER : linesAnAnswer)
      return { content: [...lines], continuation_token: isCut || !(log.isTryOver && isMarked) ? String(cursor.line) : null }
    },
  })

  app.route({ ...taskInstanceRoutes.getXComEntries, handler: ({ params: p, query }) => listXComs(db, p.dag_id, p.dag_run_id, p.task_id, query) })
  app.route({
    ...taskInstanceRoutes.getXComEntry,
    handler: ({ params: p, query }) => {
      const at = { dagId: p.dag_id, runId: p.dag_run_id, taskId: p.task_id, mapIndex: query.map_index ?? unmapped, key: p.xcom_key }
      return getXCom(db, at, query.stringify === true)
    },
  })
}

/** Text when it is asked for and JSON is not asked for before it. */
const wantsText = (accept: string | undefined): boolean => {
  if (accept === undefined) return false
  const kinds = accept.split(',').map((kind) => kind.split(';', 1)[0]?.trim())
  const text = kinds.indexOf('text/plain')
  const json = kinds.findIndex((kind) => kind === 'application/json' || kind === '*/*')
  return text >= 0 && (json < 0 || text < json)
}
