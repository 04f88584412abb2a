import type { JsonObject } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { deferring, fail, skip } from '../outcomes.ts'
import type { OperatorRun } from './operator-run.ts'

interface Triggered {
  readonly dagId: string
  readonly runId: string
}

export const runTriggerDagRun = async (run: OperatorRun): Promise<unknown> => {
  const { args, context, facts, task, host } = run
  if (facts.resume !== null) {
    const { states } = facts.resume.event as { readonly states: Readonly<Record<string, string>> }
    return concluded(run, facts.resume.state as unknown as Triggered, states.run ?? 'unknown')
  }
  const { logicalDate, runId, note } = args
  const at = typeof logicalDate === 'string' ? Date.parse(logicalDate) : null
  if (at !== null && Number.isNaN(at)) throw new MillraceError('bad_option', `task '${task.taskId}': logicalDate is '${logicalDate}', no ISO time`)
  const dagId = String(args.dagId)
  const answer = await host.triggerRun({
    // The same for every try until the task is cleared, so that a retry finds the run that an earlier try made.
    id: `${facts.idempotencyKey}/trigger/${facts.triesBefore}`,
    dagId,
    conf: (args.conf ?? {}) as JsonObject,
    runId: typeof runId === 'string' ? runId : null,
    logicalDate: at,
    withoutLogicalDate: logicalDate === null,
    note: typeof note === 'string' ? note : null,
    since: facts.firstTryStartedAt ?? facts.runQueuedAt,
  })
  if (!answer.accepted || answer.runId === null) {
    const message = `DAG ${dagId} was not triggered: ${answer.message ?? answer.code}`
    if (answer.code === 'run_conflict' && args.skipWhenAlreadyExists === true) skip(message)
    return fail(message)
  }
  const triggered: Triggered = { dagId, runId: answer.runId }
  context.log.info(`triggered run ${triggered.runId} of DAG ${dagId}`)
  if (args.wait === 'deferrable') {
    const trigger = {
      kind: 'dag_run',
      name: null,
      args: { ...triggered, since: facts.firstTryStartedAt ?? facts.runQueuedAt },
      needsCode: false,
      onTimeout: 'retry',
    } as const
    throw deferring(trigger, { method: null, state: triggered, timeoutAt: null })
  }
  if (args.wait !== 'poke') return triggered
  context.log.info(`waits until run ${triggered.runId} is over`)
  return concluded(run, triggered, await host.runEnd({ ...triggered, since: facts.firstTryStartedAt ?? facts.runQueuedAt }))
}

const concluded = ({ args }: OperatorRun, { dagId, runId }: Triggered, state: string): unknown => {
  const allowed = (args.allowedStates ?? ['success']) as readonly string[]
  if (!allowed.includes(state)) fail(`run ${runId} of DAG ${dagId} ended as ${state}`)
  return { dagId, runId, state }
}
