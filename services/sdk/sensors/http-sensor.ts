import type { Json } from '../../core/dag.ts'
import { kinds } from '../../core/normal-kinds.ts'
import { makeTask } from '../make-task.ts'
import { type HttpRequestOptions, httpRequestKinds } from '../operators/http.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'
import { type SensorOptions, sensorArgs, sensorKinds } from './sensor-options.ts'

export interface HttpSensorOptions extends TaskOptions, SensorOptions, HttpRequestOptions {
  /** Query of a GET, body otherwise (a template). */
  readonly requestParams?: Json
  /** Statuses that mean "not yet" instead of an error. Default [404]. */
  readonly responseErrorCodesAllowlist?: readonly number[]
}

/**
 * Waits until a request (GET unless `method` says otherwise) is answered well. A server that does not answer at all is looked at again, like a 404.
 * @example httpSensor('is_api_available', { httpConnId: 'user_api', endpoint: 'api/', pokeInterval: '10s', timeout: '5m' })
 */
export const httpSensor = (taskId: string, options: HttpSensorOptions): MappableTask<undefined> => {
  const { httpConnId, endpoint, method, headers, requestParams, responseErrorCodesAllowlist, responseCheck } = options
  const codes = {
    says: 'a list of HTTP statuses',
    holds: (value: unknown) => Array.isArray(value) && value.every((item) => Number.isInteger(item) && item >= 100 && item <= 599),
  }
  return makeTask<undefined>({
    operator: 'http_sensor',
    taskId,
    options: { ...options },
    ownOptions: { ...httpRequestKinds, ...sensorKinds, requestParams: kinds.any, responseErrorCodesAllowlist: codes },
    args: { httpConnId, endpoint, method, headers, requestParams, responseErrorCodesAllowlist, ...sensorArgs(options) },
    code: { responseCheck },
  })
}
