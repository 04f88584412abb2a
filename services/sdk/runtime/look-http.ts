import { HttpUnreachable, request, responseProblem } from '../hooks/http-hook.ts'
import type { Look } from './look.ts'
import { requestOf } from './run-http.ts'

/** One look must end before the next one is due; a server that hangs counts as one that is not there. */
const lookTimeoutMs = 30_000

export const lookHttp: Look = async ({ args, code, context }) => {
  const asked = await requestOf({ args, context }, 'GET', args.requestParams)
  const notYet = Array.isArray(args.responseErrorCodesAllowlist) ? args.responseErrorCodesAllowlist : [404]
  try {
    const tooLong = AbortSignal.timeout(lookTimeoutMs)
    const response = await request({ ...asked, signal: AbortSignal.any([context.signal, tooLong]) }).catch((error: unknown) => {
      if (tooLong.aborted && !context.signal.aborted)
        throw new HttpUnreachable(`${asked.method} ${asked.endpoint}: no answer within ${lookTimeoutMs / 1000} s`, error)
      throw error
    })
    context.log.info(`${asked.method} ${asked.endpoint} answered ${response.status}`)
    if (notYet.includes(response.status)) return null
    const problem = responseProblem(asked, response)
    if (problem !== null) throw new Error(problem)
    const isThere = code.responseCheck === undefined || (await code.responseCheck(response, context)) === true
    return isThere ? { value: args.withResponse === true ? { status: response.status, text: response.text.slice(0, maxText) } : undefined } : null
  } catch (error) {
    if (!(error instanceof HttpUnreachable)) throw error
    context.log.info(error.message)
    return null
  }
}

/** An event travels through the journal. */
const maxText = 32_000
