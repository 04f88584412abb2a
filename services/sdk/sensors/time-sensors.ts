import { type Duration, durationMs } from '../../core/normal-duration.ts'
import { kinds } from '../../core/normal-kinds.ts'
import { makeTask } from '../make-task.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'
import { type SensorOptions, sensorArgs, sensorKinds } from './sensor-options.ts'

type WaitOptions = TaskOptions & Pick<SensorOptions, 'mode' | 'timeout' | 'softFail'>

export interface TimeSensorOptions extends WaitOptions {
  /** A Date, an ISO time (a template), or `HH:MM`: that time (UTC) of the day on which the run may start. */
  readonly at: string | Date
}

export interface TimeDeltaSensorOptions extends WaitOptions {
  /** So long after the end of the run's data interval. */
  readonly delta: Duration
}

const { mode, timeout, softFail } = sensorKinds
const waitKinds = { mode, timeout, softFail }
const waitArgs = (options: WaitOptions) => ({ ...sensorArgs(options), mode: options.mode ?? 'deferrable' })

/**
 * Waits until a time. Mode `deferrable` unless another is given.
 * @example timeSensor('office_hours', { at: '08:30' })
 */
export const timeSensor = (taskId: string, options: TimeSensorOptions): MappableTask<undefined> => {
  const isTime = (value: unknown): boolean => (typeof value === 'string' && value.trim() !== '') || (value instanceof Date && !Number.isNaN(value.getTime()))
  return makeTask<undefined>({
    operator: 'time_sensor',
    taskId,
    options: { ...options },
    ownOptions: { ...waitKinds, at: { says: "a Date, an ISO time, or a time of the day such as '08:30'", holds: isTime } },
    args: { at: options.at instanceof Date ? options.at.toISOString() : options.at, ...waitArgs(options) },
  })
}

/**
 * Waits so long after the end of the run's data interval. Mode `deferrable` unless another is given.
 * @example timeDeltaSensor('late_data', { delta: '2h' })
 */
export const timeDeltaSensor = (taskId: string, options: TimeDeltaSensorOptions): MappableTask<undefined> =>
  makeTask<undefined>({
    operator: 'time_delta_sensor',
    taskId,
    options: { ...options },
    ownOptions: { ...waitKinds, delta: kinds.duration },
    args: { deltaMs: durationMs(options.delta) ?? undefined, ...waitArgs(options) },
  })
