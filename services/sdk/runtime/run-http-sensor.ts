import { HttpUnreachable, request, responseProblem } from '../hooks/http-hook.ts'
import type { OperatorRun } from './operator-run.ts'
import { requestOf } from './run-http.ts'
import { runSensor } from './run-sensor.ts'

/** One look must end before the next one is due; a server that hangs counts as one that is not there. */
const lookTimeoutMs = 30_000

export const runHttpSensor = async (run: OperatorRun): Promise<undefined> => {
  const { args, code, context } = run
  const asked = await requestOf(run, 'GET', args.requestParams)
  const notYet = Array.isArray(args.responseErrorCodesAllowlist) ? args.responseErrorCodesAllowlist : [404]
  return runSensor(run, async () => {
    try {
      const tooLong = AbortSignal.timeout(lookTimeoutMs)
      const response = await request({ ...asked, signal: AbortSignal.any([context.signal, tooLong]) }).catch((error: unknown) => {
        if (tooLong.aborted && !context.signal.aborted)
          throw new HttpUnreachable(`${asked.method} ${asked.endpoint}: no answer within ${lookTimeoutMs / 1000} s`, error)
        throw error
      })
      context.log.info(`${asked.method} ${asked.endpoint} answered ${response.status}`)
      if (notYet.includes(response.status)) return false
      const problem = responseProblem(asked, response)
      if (problem !== null) throw new Error(problem)
      return code.responseCheck === undefined || (await code.responseCheck(response, context)) === true
    } catch (error) {
      if (!(error instanceof HttpUnreachable)) throw error
      context.log.info(error.message)
      return false
    }
  })
}
