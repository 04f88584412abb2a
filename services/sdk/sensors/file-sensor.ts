import { kinds } from '../../core/normal-kinds.ts'
import { makeTask } from '../make-task.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'
import { type SensorOptions, sensorArgs, sensorKinds } from './sensor-options.ts'

export interface FileSensorOptions extends TaskOptions, SensorOptions {
  /** A file, or a folder with something in it; `*` and `?` may stand in its last part (a template). */
  readonly path: string
}

/**
 * Waits until a file is there, as seen by the worker (deferrable: by the triggerer).
 * @example fileSensor('export_is_there', { path: '/data/in/{{ ds }}.csv', mode: 'reschedule', pokeInterval: '1m' })
 */
export const fileSensor = (taskId: string, options: FileSensorOptions): MappableTask<undefined> =>
  makeTask<undefined>({
    operator: 'file_sensor',
    taskId,
    options: { ...options },
    ownOptions: { ...sensorKinds, path: kinds.nonEmpty },
    args: { path: options.path, ...sensorArgs(options) },
  })
