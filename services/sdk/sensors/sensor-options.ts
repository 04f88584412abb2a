import type { Duration } from '../../core/normal-duration.ts'
import { durationMs } from '../../core/normal-duration.ts'
import { kinds, oneOf } from '../../core/normal-kinds.ts'
import type { OptionKinds } from '../options.ts'

/** What every sensor takes beside the options of a task. */
export interface SensorOptions {
  /** Between two looks. Default 60 s. */
  readonly pokeInterval?: Duration
  /** From the first try's start on; then the task fails without retry. Default 7 days. */
  readonly timeout?: Duration
  /** `poke` (default) holds its slot between looks, `reschedule` frees it, `deferrable` looks in the triggerer and holds none. */
  readonly mode?: 'poke' | 'reschedule' | 'deferrable'
  /** Running out of time skips the task instead of failing it. */
  readonly softFail?: boolean
  /** The wait doubles with each look, up to `maxWait`. */
  readonly exponentialBackoff?: boolean
  readonly maxWait?: Duration
}

export const sensorKinds: OptionKinds<SensorOptions> = {
  pokeInterval: kinds.timeout,
  timeout: kinds.timeout,
  mode: oneOf('poke', 'reschedule', 'deferrable'),
  softFail: kinds.flag,
  exponentialBackoff: kinds.flag,
  maxWait: kinds.duration,
}

/** The options as args of the task; durations that are none are left to the check of the options. */
export const sensorArgs = ({ pokeInterval, timeout, mode, softFail, exponentialBackoff, maxWait }: Pick<SensorOptions, keyof SensorOptions>) => ({
  pokeIntervalMs: durationMs(pokeInterval) ?? undefined,
  timeoutMs: durationMs(timeout) ?? undefined,
  mode,
  softFail,
  exponentialBackoff,
  maxWaitMs: durationMs(maxWait) ?? undefined,
})
