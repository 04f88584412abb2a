import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, JsonObject } from '../../core/dag.ts'
import type { Trigger } from '../../core/trigger.ts'
import { deferring, fail, reschedule, skip } from '../outcomes.ts'
import { lookOf, lookOfOperator, pauseMs } from './look.ts'
import type { OperatorRun } from './operator-run.ts'

const defaultTimeoutMs = 7 * 86_400_000

/** Looks until it is there (SEMANTICS 7). The time-out counts from the first try's start; retries, reschedules and deferrals do not reset it. */
export const runSensor = async (run: OperatorRun): Promise<unknown> => {
  const { task, args, code, context } = run
  if (run.facts.resume !== null) return resultOf(run.facts.resume.event)
  const kind = lookOfOperator[task.operator] ?? 'sensor'
  const look = await lookOf(kind)
  for (;;) {
    const found = await look?.({ args, code, context })
    if (found) return found.value
    context.signal.throwIfAborted()
    const { elapsedMs, leftMs } = timeOf(run)
    if (leftMs <= 0) outOfTime(run)
    if (args.mode === 'deferrable') {
      // A look that is code of the DAG's file is made in the triggerer's own process for such code.
      const hasCode = Object.keys(code).length > 0
      await deferSensor(
        run,
        hasCode
          ? { kind: 'look', args: withoutUndefined(args), needsCode: true }
          : { kind: kind as Trigger['kind'], args: withoutUndefined(args), needsCode: false },
      )
    }
    const waitMs = Math.min(pauseMs(args, elapsedMs), leftMs)
    if (args.mode === 'reschedule') throw reschedule(Date.now() + waitMs)
    await sleep(waitMs, undefined, { signal: context.signal })
  }
}

const withoutUndefined = (args: JsonObject): JsonObject => JSON.parse(JSON.stringify(args))

/** How long it has waited, and how long it still may. */
const timeOf = ({ args, facts }: OperatorRun): { readonly elapsedMs: number; readonly leftMs: number } => {
  const elapsedMs = Date.now() - (facts.firstTryStartedAt ?? Date.now())
  return { elapsedMs, leftMs: timeoutOf(args) - elapsedMs }
}

const timeoutOf = (args: JsonObject): number => (typeof args.timeoutMs === 'number' ? args.timeoutMs : defaultTimeoutMs)

const outOfTime = ({ args }: OperatorRun): never => {
  const message = `nothing came within ${Math.round(timeoutOf(args) / 1000)} s`
  if (args.softFail === true) skip(message)
  return fail(message)
}

/** Waits in the triggerer, for what is left of the sensor's time. */
export const deferSensor = async (run: OperatorRun, trigger: Pick<Trigger, 'kind' | 'args' | 'needsCode'>, state?: Json): Promise<never> => {
  const { leftMs } = timeOf(run)
  if (leftMs <= 0) outOfTime(run)
  const onTimeout = run.args.softFail === true ? 'skip' : 'fail'
  throw deferring({ ...trigger, name: null, onTimeout }, { method: null, state, timeoutAt: Date.now() + leftMs })
}

/** The event of a look: `{ value? }`. */
const resultOf = (event: Json): unknown => (typeof event === 'object' && event !== null && 'value' in event ? (event as JsonObject).value : undefined)
