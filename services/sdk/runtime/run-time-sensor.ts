import { setTimeout as sleep } from 'node:timers/promises'
import { MillraceError } from '../../core/errors.ts'
import { reschedule } from '../outcomes.ts'
import type { OperatorRun } from './operator-run.ts'
import { deferSensor } from './run-sensor.ts'

/** Waits until a time that the run names: nothing is looked at meanwhile. */
export const runTimeSensor = async (run: OperatorRun): Promise<undefined> => {
  const { args, context, facts } = run
  if (facts.resume !== null) return undefined
  const at = targetOf(run)
  const waitMs = at - Date.now()
  if (waitMs <= 0) return undefined
  context.log.info(`waits until ${new Date(at).toISOString()}`)
  if (args.mode === 'poke') {
    await sleepUntil(at, context.signal)
    return undefined
  }
  if (args.mode === 'reschedule') throw reschedule(at)
  return deferSensor(run, { kind: 'time', args: { at }, needsCode: false })
}

const longestTimerMs = 2 ** 31 - 1

const sleepUntil = async (at: number, signal: AbortSignal): Promise<void> => {
  for (let left = at - Date.now(); left > 0; left = at - Date.now()) await sleep(Math.min(left, longestTimerMs), undefined, { signal })
}

/** `at`: an instant, or `HH:MM` (UTC) of the day on which the run may start. `deltaMs`: so long after the end of its data interval. */
const targetOf = ({ args, facts, task }: OperatorRun): number => {
  if (typeof args.deltaMs === 'number') return (facts.dataIntervalEnd ?? facts.runAfter) + args.deltaMs
  const text = String(args.at)
  const clock = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text)
  const at = clock ? new Date(facts.runAfter).setUTCHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0) : Date.parse(text)
  if (Number.isNaN(at))
    throw new MillraceError('bad_option', `task '${task.taskId}': at is '${text}': write a time such as '2026-01-31T06:00:00Z', or '06:00' (UTC)`)
  return at
}
