/** One attempt inside the task child: from the message that starts it to the one that says how it ended. */
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { TaskDefinition } from '../../core/dag.ts'
import { ensureError } from '../../core/errors.ts'
import type { LoadedBundles } from '../../holder/loaded-bundles.ts'
import type { Masker } from '../../holder/mask.ts'
import type { AttemptOutcome } from '../../sdk/runtime/attempt.ts'
import { executeAttempt } from '../../sdk/runtime/execute-attempt.ts'
import type { ChildResult, FromChild, RunMessage } from '../child-messages.ts'
import { type HostParts, makeAttemptHost } from './attempt-host.ts'

export interface RunParts extends HostParts {
  readonly bundles: LoadedBundles
  readonly send: (message: FromChild) => void
}

/** A task has started when its code is loaded and its template fields are rendered, at the latest after this long. */
const patienceMs = 1000

/** `rendered` in the answer is null when `started` has told it already. */
export const runAttempt = async (
  parts: RunParts,
  message: RunMessage,
  signal: AbortSignal,
): Promise<{ readonly result: ChildResult; readonly rendered: string | null }> => {
  const { seq } = message
  let rendered: string | null = null
  let told = false
  const tellStarted = (): void => {
    if (told) return
    told = true
    parts.send({ kind: 'started', seq, rendered })
  }
  let soon: NodeJS.Immediate | undefined
  let late: NodeJS.Timeout | undefined
  try {
    const task: TaskDefinition = JSON.parse(message.task)
    const context: AttemptContext = JSON.parse(message.context)
    late = setTimeout(tellStarted, patienceMs)
    const dag = message.bundle === null ? null : await parts.bundles.dag(message.bundle, context.dagId)
    // Not at once: a task that is over in the same turn of the loop says all in one message.
    if (task.templateFields.length === 0 && task.mapIndexTemplate === null) soon = setImmediate(tellStarted)
    const host = makeAttemptHost(parts, signal, (json) => {
      rendered = json
      tellStarted() // now: the task's own work comes next and may not let go of the thread
    })
    const outcome = await executeAttempt({ task, dag, context, xcoms: message.xcoms }, host)
    return { result: resultOf(outcome, parts.masker), rendered: told ? null : rendered }
  } catch (thrown) {
    // Before the task's own work: its code, or its definition. (What the task throws is told by executeAttempt.)
    parts.lines.log('error', ensureError(thrown).stack ?? String(thrown))
    return { result: failure(thrown, parts.masker, true), rendered: told ? null : rendered }
  } finally {
    clearImmediate(soon)
    clearTimeout(late)
  }
}

/** What was thrown where nobody caught it, as the attempt's end. */
export const failure = (thrown: unknown, masker: Masker, retryable: boolean): ChildResult => {
  const error = ensureError(thrown)
  return failed({ type: error.name, message: error.message, stack: error.stack ?? null }, retryable, masker)
}

const maxMessageChars = 8_192
const maxStackChars = 32_768

const failed = (
  error: { readonly type: string; readonly message: string; readonly stack: string | null },
  retryable: boolean,
  masker: Masker,
): ChildResult => ({
  type: 'AttemptFailed',
  error: {
    type: error.type.slice(0, 200),
    message: masker.mask(error.message).slice(0, maxMessageChars),
    stack: error.stack === null ? null : masker.mask(error.stack).slice(0, maxStackChars),
  },
  retryable,
})

const resultOf = (outcome: AttemptOutcome, masker: Masker): ChildResult => {
  switch (outcome.kind) {
    case 'succeeded':
      return { type: 'AttemptSucceeded', xcoms: outcome.xcoms, chosen: outcome.chosen, resultLength: outcome.resultLength, outlets: outcome.outlets }
    case 'failed':
      return failed(outcome.error, outcome.retryable, masker)
    case 'skipped':
      return { type: 'AttemptSkipped', message: masker.mask(outcome.message).slice(0, maxMessageChars) }
    case 'rescheduled':
      return { type: 'AttemptRescheduled', nextPokeAt: outcome.nextPokeAt }
    case 'deferred':
      return { type: 'AttemptDeferred', trigger: outcome.trigger, method: outcome.method, state: outcome.state, timeoutAt: outcome.timeoutAt }
    default:
      return outcome satisfies never
  }
}
