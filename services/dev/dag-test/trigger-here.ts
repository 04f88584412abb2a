/** A deferred task's trigger, waited for in this process: one of those that follow topics would wait for ever without a broker. */
import { MillraceError } from '../../core/errors.ts'
import type { Deferral } from '../../core/trigger.ts'
import type { AttemptInput } from '../../sdk/runtime/attempt.ts'
import { canRunTrigger, runTrigger, type TriggerHost } from '../../sdk/runtime/run-trigger.ts'
import { listMadeTriggers } from '../../sdk/triggers/custom-trigger.ts'

// Before the DAG's file is read.
listMadeTriggers()

/** Resolves with the event as JSON. */
export const triggerHere = async (deferral: Deferral, { task, dag, context }: AttemptInput, host: TriggerHost, noWait: boolean): Promise<string> => {
  if (deferral.kind === 'time' && noWait) return JSON.stringify({ at: deferral.args.at ?? null })
  if (!canRunTrigger(deferral))
    throw new MillraceError('bad_request', `a trigger of kind ${deferral.kind} follows topics, and this test runs without a broker: start Millrace to see it`)
  const code = dag === null ? null : { task, dag, triggers: listMadeTriggers() }
  return JSON.stringify(await runTrigger({ trigger: deferral, context, code }, host))
}
