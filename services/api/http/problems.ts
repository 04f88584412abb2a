/** Whatever goes wrong, as `{detail, code}` and a status. */
import type { FastifyError } from 'fastify'
import type { Problem } from '../../../schemas/http/common.ts'
import { MillraceError } from '../../core/errors.ts'
import { isAway } from '../../platform/store/away.ts'

export interface Refusal {
  readonly status: number
  readonly problem: Problem
  /** Ours to mend: to be logged with the error. */
  readonly isFault: boolean
}

export const refusalOf = (error: unknown, requestId: string): Refusal => {
  if (error instanceof MillraceError)
    return { status: error.httpStatus, problem: { detail: error.message, code: error.code }, isFault: error.httpStatus === 500 }
  if (isAway(error))
    return {
      status: 503,
      problem: {
        detail: 'The database does not answer. Runs go on; what they do is shown as soon as it is back. Try again in a few seconds.',
        code: 'database_unreachable',
      },
      isFault: false,
    }
  const { statusCode, code, message, validation, validationContext } = error as Partial<FastifyError> & { validationContext?: string }
  if (validation)
    return {
      status: 400,
      problem: { detail: `The ${validationContext ?? 'request'} is not right: ${describe(validation, message ?? '')}.`, code: 'bad_request' },
      isFault: false,
    }
  const known = code === undefined || !Object.hasOwn(sentences, code) ? undefined : sentences[code]
  if (known) return { status: known.status, problem: { detail: known.detail, code: known.code }, isFault: false }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { status: statusCode, problem: { detail: message ?? 'The request is not right.', code: 'bad_request' }, isFault: false }
  return {
    status: 500,
    problem: { detail: `Something broke in the API. The log of the API has it under request ${requestId}.`, code: 'internal' },
    isFault: true,
  }
}

const describe = (validation: NonNullable<FastifyError['validation']>, message: string): string => {
  const [first] = validation
  if (!first) return message
  const field = first.instancePath.replace(/^\//, '').replaceAll('/', '.')
  const params: Record<string, unknown> = first.params
  if (first.keyword === 'enum' && Array.isArray(params.allowedValues))
    return `${field} must be one of ${params.allowedValues.filter((value) => value !== null).join(', ')}`
  if (first.keyword === 'additionalProperties') return `there is no field ${String(params.additionalProperty)}`
  if (first.keyword === 'format') return `${field} must be a ${String(params.format)}, for example 2024-01-31T09:00:00Z`
  return `${field} ${first.message ?? 'is wrong'}`.trim()
}

const sentences: Readonly<Record<string, { readonly status: number; readonly code: string; readonly detail: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, code: 'bad_request', detail: 'The body must be JSON: send the header Content-Type: application/json.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'too_big', detail: 'The body is larger than 1 MiB.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'bad_request', detail: 'The body is empty: send a JSON object.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'bad_request', detail: 'The body is no valid JSON.' },
}
