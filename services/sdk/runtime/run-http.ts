import type { Json } from '../../core/dag.ts'
import { type HttpRequest, isWholeUrl, request, responseProblem } from '../hooks/http-hook.ts'
import type { OperatorRun } from './operator-run.ts'

/** The request that an operator's args describe. */
export const requestOf = async (
  { args, context }: Pick<OperatorRun, 'args' | 'context'>,
  defaultMethod: string,
  data: Json | undefined,
): Promise<HttpRequest> => {
  const endpoint = typeof args.endpoint === 'string' ? args.endpoint : ''
  const named = typeof args.httpConnId === 'string' ? args.httpConnId : null
  const connection = named === null && isWholeUrl(endpoint) ? null : await context.connection(named ?? 'http_default')
  return {
    connection,
    endpoint,
    method: typeof args.method === 'string' ? args.method : defaultMethod,
    headers: (args.headers ?? {}) as Readonly<Record<string, string>>,
    data,
    signal: context.signal,
  }
}

export const runHttp = async (run: OperatorRun): Promise<unknown> => {
  const { args, code, context } = run
  const asked = await requestOf(run, 'POST', args.data)
  context.log.info(`${asked.method} ${asked.endpoint}`)
  const response = await request(asked)
  context.log.info(`answered ${response.status} ${response.statusText}, ${response.text.length} characters`)
  if (args.logResponse === true) context.log.info(response.text)
  const problem = responseProblem(asked, response)
  if (problem !== null) throw new Error(problem)
  if (code.responseCheck !== undefined && (await code.responseCheck(response, context)) !== true)
    throw new Error(`${asked.method} ${asked.endpoint}: responseCheck did not accept the response`)
  return code.responseFilter === undefined ? response.text : code.responseFilter(response, context)
}
