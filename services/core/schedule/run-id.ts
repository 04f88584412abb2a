import { Temporal } from 'temporal-polyfill'
import type { RunType } from '../states.ts'

/** An instant as Airflow's (Python's) isoformat has it: offset +00:00, fraction in microseconds and only where there is one. */
export const isoWithOffset = (ms: number): string => {
  const instant = Temporal.Instant.fromEpochMilliseconds(ms)
  const text = instant.toString({ fractionalSecondDigits: ms % 1000 === 0 ? 0 : 6 })
  return text.replace(/Z$/, '+00:00')
}

/**
 * Name of a run: its kind and the moment it may start. Runs without logical date may share a moment: `suffix` (`<column>-<offset>-<n>` of the
 * cause, PROTOCOL "Runs") keeps them apart.
 */
export const runIdOf = (runType: RunType, runAfterMs: number, suffix?: string): string =>
  `${runType}__${isoWithOffset(runAfterMs)}${suffix === undefined ? '' : `_${suffix}`}`
