/** Deferral (SEMANTICS 7): a task frees its slot, a trigger waits for it in the triggerer, and the task goes on in a fresh attempt. */
import { MillraceError } from '../core/errors.ts'
import { type Duration, durationMs } from '../core/normal-duration.ts'
import { kinds, shown } from '../core/normal-kinds.ts'
import type { Trigger } from '../core/trigger.ts'
import { checkOptions, type OptionKinds } from './options.ts'
import { deferring } from './outcomes.ts'
import { isTriggerSpec, type TriggerSpec } from './triggers/trigger-spec.ts'

export interface DeferOptions {
  /** What the task goes on with, its own word: it comes back as `resume.method`. */
  readonly method?: string
  /** JSON that comes back as `resume.state`. */
  readonly state?: unknown
  /** How long it waits at most; then the try fails. Default: as long as it takes, or its `executionTimeout`. */
  readonly timeout?: Duration
}

const deferKinds: OptionKinds<DeferOptions> = { method: kinds.nonEmpty, state: kinds.any, timeout: kinds.timeout }

/**
 * Ends this attempt and waits for the trigger's event without a slot. The task's function is then called anew, in another process, with
 * `resume = { event, method, state }` in its context; the try stays the same.
 * @example
 * task('report', async ({ resume, log }) => {
 *   if (resume === null) defer(triggers.time({ at: new Date(Date.now() + 60_000) }), { state: { page: 1 } })
 *   log.info('a minute later', resume.event, resume.state)
 * })
 */
export function defer(trigger: TriggerSpec, options: DeferOptions = {}): never {
  if (!isTriggerSpec(trigger))
    throw new MillraceError(
      'bad_option',
      `defer wants a trigger such as triggers.time({ at }) or one that you made with trigger('name', ...), not ${shown(trigger)}`,
    )
  checkOptions('defer', options, deferKinds)
  const { kind, name, args } = trigger
  const timeoutMs = options.timeout === undefined ? null : durationMs(options.timeout)
  throw deferring({ kind, name, args, needsCode: kind === 'custom', onTimeout: 'retry' } satisfies Trigger, {
    method: options.method ?? null,
    state: options.state,
    timeoutAt: timeoutMs === null ? null : Date.now() + timeoutMs,
  })
}
