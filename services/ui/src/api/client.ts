import createClient from 'openapi-fetch'
import { ApiProblem } from '../data/problem.ts'
import { text } from '../strings/text.ts'
import type { paths } from './generated/openapi.ts'

/** The API of the server that served this page. */
export const api = createClient<paths>({ baseUrl: '/' })

interface Answer<T> {
  readonly data?: T | undefined
  readonly error?: unknown
  readonly response: Response
}

/** The data of an answer, or its problem thrown. */
export const dataOf = async <T>(answer: Promise<Answer<T>>): Promise<NonNullable<T>> => {
  const { data, error, response } = await answer
  if (data !== undefined && data !== null) return data
  const problem = typeof error === 'object' && error !== null ? (error as { detail?: unknown; code?: unknown }) : {}
  const detail = typeof problem.detail === 'string' ? problem.detail : text.errors.unknown(response.status)
  throw new ApiProblem(response.status, typeof problem.code === 'string' ? problem.code : 'unknown', detail)
}
