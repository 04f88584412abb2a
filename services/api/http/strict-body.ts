import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { MillraceError } from '../../core/errors.ts'

/** Checks a body as it was sent, before texts are made numbers and null is made false for the query's sake. */
export const strictBody =
  (schema: TSchema) =>
  async (request: FastifyRequest): Promise<void> => {
    if (Value.Check(schema, request.body)) return
    const [first] = Value.Errors(schema, request.body)
    throw new MillraceError(
      'bad_request',
      `The body is not right: ${first ? `${first.instancePath.replace(/^\//, '') || 'it'} ${first.message}` : 'send a JSON object'}.`,
    )
  }
