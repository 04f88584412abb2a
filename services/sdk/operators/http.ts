import type { Json } from '../../core/dag.ts'
import { kinds, oneOf } from '../../core/normal-kinds.ts'
import type { TaskContext } from '../context.ts'
import type { HttpResponse } from '../hooks/http-hook.ts'
import { makeTask } from '../make-task.ts'
import type { Jsonified, MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'

export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const
export type HttpMethod = (typeof httpMethods)[number]

export interface HttpRequestOptions {
  /** Connection with the server's address; its login and password are sent, its `extra` are headers. Default `http_default`. Not needed with a whole URL. */
  readonly httpConnId?: string
  /** Path on the server, or a whole URL (a template). */
  readonly endpoint?: string
  readonly method?: HttpMethod
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the response is as it should be; false fails the task (a sensor looks again). */
  readonly responseCheck?: (response: HttpResponse, context: TaskContext) => boolean | Promise<boolean>
}

export interface HttpOptions<R = string> extends TaskOptions, HttpRequestOptions {
  /** Body, text or JSON (a template); for GET and HEAD the query. */
  readonly data?: Json
  /** What of the response becomes the XCom. Default: its text. */
  readonly responseFilter?: (response: HttpResponse, context: TaskContext) => R
  /** Writes the response's text into the task's log. */
  readonly logResponse?: boolean
}

export const httpRequestKinds = {
  httpConnId: kinds.nonEmpty,
  endpoint: kinds.text,
  method: oneOf(...httpMethods),
  headers: kinds.textMap,
  responseCheck: kinds.function,
}

/**
 * A task that makes an HTTP request (POST unless `method` says otherwise, as in Airflow). A status of 400 or more fails it.
 * @example http('extract_user', { httpConnId: 'user_api', endpoint: 'api/', method: 'GET', responseFilter: (response) => response.json<Users>() })
 */
export const http = <R = string>(taskId: string, options: HttpOptions<R>): MappableTask<Jsonified<Awaited<R>>> => {
  const { httpConnId, endpoint, method, headers, data, logResponse, responseCheck, responseFilter } = options
  return makeTask({
    operator: 'http',
    taskId,
    options: { ...options },
    ownOptions: { ...httpRequestKinds, data: kinds.any, responseFilter: kinds.function, logResponse: kinds.flag },
    args: { httpConnId, endpoint, method, headers, data, logResponse },
    code: { responseCheck, responseFilter },
  })
}
