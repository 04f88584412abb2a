import type { Json } from '../../core/dag.ts'
import { kinds } from '../../core/normal-kinds.ts'
import type { TaskContext } from '../context.ts'
import { makeTask } from '../make-task.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'
import { type SensorOptions, sensorArgs, sensorKinds } from './sensor-options.ts'

export interface SqlSensorOptions extends TaskOptions, SensorOptions {
  /** Default `postgres_default`. */
  readonly postgresConnId?: string
  /** A template. It holds when the first column of its first row is there and not 0, '0', '' or false. */
  readonly sql: string
  /** Values of $1, $2, ... (templates). */
  readonly parameters?: readonly Json[]
  /** Decides instead, by the first row (null: there is none). */
  readonly check?: (row: Readonly<Record<string, unknown>> | null, context: TaskContext) => boolean | Promise<boolean>
}

/**
 * Waits until a query holds.
 * @example sqlSensor('loaded', { postgresConnId: 'warehouse', sql: "SELECT count(*) FROM loads WHERE day = '{{ ds }}'", mode: 'deferrable' })
 */
export const sqlSensor = (taskId: string, options: SqlSensorOptions): MappableTask<undefined> => {
  const { postgresConnId, sql, parameters, check } = options
  return makeTask<undefined>({
    operator: 'sql_sensor',
    taskId,
    options: { ...options },
    ownOptions: {
      ...{ ...sensorKinds, postgresConnId: kinds.nonEmpty, sql: kinds.nonEmpty, check: kinds.function },
      parameters: { says: 'a list', holds: Array.isArray },
    },
    args: { postgresConnId, sql, parameters, ...sensorArgs(options) },
    code: { check },
  })
}
