/** What a request asks for -> the `args` of its command (core/command-args.ts): pure. */
import type { BackfillPost } from '../../../schemas/http/backfills.ts'
import type { ClearDagRun, ClearTaskInstances, MarkTaskInstances, PatchTaskInstance } from '../../../schemas/http/changes.ts'
import type { ClearArgs, CreateBackfillArgs, InstanceName, MarkArgs } from '../../core/command-args.ts'
import { MillraceError } from '../../core/errors.ts'

const instant = (name: string, text: string): number => {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new MillraceError('bad_request', `${name} is no date and time: write 2024-01-31T09:00:00Z.`)
  return ms
}

/** Only what was said: what is left out selects nothing more. */
const flags = <const Names extends string>(given: Readonly<Record<Names, boolean | undefined>>): { readonly [K in Names]?: true } =>
  Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === true ? [[name, true]] : []))) as { readonly [K in Names]?: true }

export const clearArgs = (body: ClearTaskInstances): ClearArgs => {
  const runId = body.dag_run_id ?? null
  const [from, to] = [body.start_date ?? null, body.end_date ?? null]
  if (runId !== null && (from !== null || to !== null))
    throw new MillraceError('bad_request', 'dag_run_id names one run, start_date and end_date name several: give one or the other.')
  if (body.reset_dag_runs === false && body.dry_run === false)
    throw new MillraceError('bad_request', 'reset_dag_runs cannot be false: a cleared task runs again only when its run goes on.')
  return {
    ...(runId === null ? {} : { runId }),
    ...(from === null ? {} : { from: instant('start_date', from) }),
    ...(to === null ? {} : { to: instant('end_date', to) }),
    ...(body.task_ids ? { tasks: body.task_ids.map(instanceName) } : {}),
    ...flags({
      onlyFailed: body.only_failed ?? true,
      onlyRunning: body.only_running,
      upstream: body.include_upstream,
      downstream: body.include_downstream,
      future: body.include_future,
      past: body.include_past,
      latestVersion: body.run_on_latest_version,
      dryRun: body.dry_run ?? true,
    }),
  }
}

const instanceName = (given: string | readonly [string, number]): InstanceName => {
  if (typeof given === 'string') return { taskId: given }
  const [taskId, mapIndex] = given
  if (typeof taskId !== 'string' || !Number.isInteger(mapIndex) || mapIndex < -1)
    throw new MillraceError('bad_request', `task_ids: ${JSON.stringify(given)} is no [task id, map index].`)
  return { taskId, mapIndex }
}

export const clearRunArgs = (runId: string, body: ClearDagRun): ClearArgs => ({
  runId,
  ...flags({ onlyFailed: body.only_failed, latestVersion: body.run_on_latest_version, dryRun: body.dry_run ?? true }),
})

export const markArgs = (runId: string, task: InstanceName, body: PatchTaskInstance, dryRun: boolean): MarkArgs => {
  if (body.new_state === undefined) throw new MillraceError('bad_request', 'new_state is missing: success, failed or skipped.')
  const { include_upstream: upstream, include_downstream: downstream, include_future: future, include_past: past } = body
  return { runId, tasks: [task], state: body.new_state, ...flags({ upstream, downstream, future, past, dryRun }) }
}

export const markTasksArgs = (body: MarkTaskInstances): MarkArgs => ({
  runId: body.dag_run_id,
  ...(body.task_ids ? { tasks: body.task_ids.map(instanceName) } : {}),
  state: body.new_state,
  ...flags({ upstream: body.include_upstream, downstream: body.include_downstream, dryRun: body.dry_run ?? true }),
})

export const createBackfillArgs = (body: BackfillPost, dryRun: boolean): CreateBackfillArgs => {
  const [from, to] = [instant('from_date', body.from_date), instant('to_date', body.to_date)]
  if (from > to) throw new MillraceError('bad_request', 'from_date is after to_date.')
  return {
    from,
    to,
    reprocess: body.reprocess_behavior ?? 'none',
    maxActiveRuns: body.max_active_runs ?? 10,
    ...(body.dag_run_conf === undefined ? {} : { conf: JSON.stringify(body.dag_run_conf) }),
    ...flags({ newestFirst: body.run_backwards, dryRun }),
  }
}
