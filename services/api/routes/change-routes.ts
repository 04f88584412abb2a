import { changeRoutes } from '../../../schemas/http/change-routes.ts'
import { ClearDagRun, ClearTaskInstances, MarkTaskInstances, PatchDagRun, PatchTaskInstance } from '../../../schemas/http/changes.ts'
import type { ClearArgs, InstanceName, MarkArgs, NoteArgs, Touched } from '../../core/command-args.ts'
import { MillraceError } from '../../core/errors.ts'
import { clearArgs, clearRunArgs, markArgs, markTasksArgs } from '../commands/change-args.ts'
import { touchedIn } from '../commands/command-result.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { strictBody } from '../http/strict-body.ts'
import { findDag } from '../queries/dags.ts'
import { findRun, getRun } from '../queries/runs.ts'
import { seenTries } from '../queries/seen-tries.ts'
import type { Db } from '../queries/tables.ts'
import { findInstance, listTaskInstances } from '../queries/task-instances.ts'
import { touchedInstances } from '../queries/touched-instances.ts'
import { waitReasons } from '../queries/wait-reasons.ts'

interface RunName {
  readonly dag_id: string
  readonly dag_run_id: string
}

export const addChangeRoutes = (app: App, { db, commander, clock }: ApiDeps): void => {
  const change = async (dagId: string, kind: 'clear' | 'mark', args: ClearArgs | MarkArgs): Promise<Touched> => {
    const seen = args.runId === undefined || args.dryRun === true ? {} : await seenTries(db, dagId, args.runId, args.tasks)
    const whole = Object.keys(seen).length === 0 ? args : { ...args, seenTries: seen }
    return touchedIn((await commander.send({ dagId, kind, principal: 'api', args: JSON.stringify(whole) })).result)
  }

  const setNote = async (dagId: string, args: NoteArgs, note: string | null): Promise<void> => {
    const whole = note === null ? args : { ...args, note }
    await commander.send({ dagId, kind: 'set_note', principal: 'api', args: JSON.stringify(whole) })
  }

  const patch = async (at: RunName, task: InstanceName, body: PatchTaskInstance) => {
    const { note, new_state } = body
    if (note === undefined) return mark(at, task, body, false)
    await findRun(db, at.dag_id, at.dag_run_id)
    await setNote(at.dag_id, { runId: at.dag_run_id, ...task }, note)
    return new_state === undefined ? noted(db, at, task) : mark(at, task, body, false)
  }

  const mark = async (at: RunName, task: InstanceName, body: PatchTaskInstance, dryRun: boolean) => {
    const args = markArgs(at.dag_run_id, task, body, dryRun)
    await findRun(db, at.dag_id, at.dag_run_id)
    return touchedInstances(db, at.dag_id, await change(at.dag_id, 'mark', args))
  }

  const changeRun = async (at: RunName, { state, note }: PatchDagRun, dryRun: boolean): Promise<Touched> => {
    if (state === undefined && note === undefined)
      throw new MillraceError('bad_request', 'state is missing: success, failed, or queued to run it again; or a note.')
    await findRun(db, at.dag_id, at.dag_run_id)
    if (note !== undefined && !dryRun) await setNote(at.dag_id, { runId: at.dag_run_id }, note)
    if (state === undefined) return { instances: [], runs: [] }
    const args = { runId: at.dag_run_id, ...(dryRun ? { dryRun } : {}) }
    return state === 'queued' ? change(at.dag_id, 'clear', args) : change(at.dag_id, 'mark', { ...args, wholeRun: true, state })
  }

  app.route({
    ...changeRoutes.clearTaskInstances,
    preValidation: strictBody(ClearTaskInstances),
    handler: async ({ params, body }) => {
      const args = clearArgs(body)
      if (args.runId === undefined) await findDag(db, params.dag_id)
      else await findRun(db, params.dag_id, args.runId)
      return touchedInstances(db, params.dag_id, await change(params.dag_id, 'clear', args))
    },
  })
  app.route({
    ...changeRoutes.clearDagRun,
    preValidation: strictBody(ClearDagRun),
    handler: async ({ params, body }) => {
      const args = clearRunArgs(params.dag_run_id, body)
      await findRun(db, params.dag_id, params.dag_run_id)
      const touched = await change(params.dag_id, 'clear', args)
      return args.dryRun === true ? touchedInstances(db, params.dag_id, touched) : getRun(db, params.dag_id, params.dag_run_id)
    },
  })
  app.route({
    ...changeRoutes.patchDagRun,
    preValidation: strictBody(PatchDagRun),
    handler: async ({ params, body }) => {
      await changeRun(params, body, false)
      return getRun(db, params.dag_id, params.dag_run_id)
    },
  })
  app.route({
    ...changeRoutes.dryRunPatchDagRun,
    preValidation: strictBody(PatchDagRun),
    handler: async ({ params, body }) => touchedInstances(db, params.dag_id, await changeRun(params, body, true)),
  })
  app.route({
    ...changeRoutes.patchTaskInstance,
    preValidation: strictBody(PatchTaskInstance),
    handler: ({ params, body }) => patch(params, { taskId: params.task_id }, body),
  })
  app.route({
    ...changeRoutes.patchMappedTaskInstance,
    preValidation: strictBody(PatchTaskInstance),
    handler: ({ params, body }) => patch(params, { taskId: params.task_id, mapIndex: params.map_index }, body),
  })
  app.route({
    ...changeRoutes.dryRunPatchTaskInstance,
    preValidation: strictBody(PatchTaskInstance),
    handler: ({ params, body }) => mark(params, { taskId: params.task_id }, body, true),
  })
  app.route({
    ...changeRoutes.dryRunPatchMappedTaskInstance,
    preValidation: strictBody(PatchTaskInstance),
    handler: ({ params, body }) => mark(params, { taskId: params.task_id, mapIndex: params.map_index }, body, true),
  })
  app.route({
    ...changeRoutes.markTaskInstances,
    preValidation: strictBody(MarkTaskInstances),
    handler: async ({ params, body }) => {
      await findRun(db, params.dag_id, body.dag_run_id)
      return touchedInstances(db, params.dag_id, await change(params.dag_id, 'mark', markTasksArgs(body)))
    },
  })
  app.route({
    ...changeRoutes.getWaitReasons,
    handler: async ({ params: p, query }) => {
      const instance = await findInstance(db, p.dag_id, p.dag_run_id, p.task_id, query.map_index ?? -1)
      const state = instance.state === 'none' ? null : (instance.state as never)
      return { state, reasons: await waitReasons(db, instance, clock.now()) }
    },
  })
}

/** What a note was put on: every instance that the name is of. */
const noted = async (db: Db, { dag_id, dag_run_id }: RunName, { taskId, mapIndex }: InstanceName) => {
  const only = { task_id: taskId, limit: 1000, ...(mapIndex === undefined ? {} : { map_index: [mapIndex] }) }
  return listTaskInstances(db, dag_id, dag_run_id, only)
}
