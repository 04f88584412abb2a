import { text } from '../strings/text.ts'

/** An answer of the API that is not a success, thrown so that queries and mutations carry it. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.name = 'ApiProblem'
    this.status = status
    this.code = code
  }
}

/** Whatever was thrown, as words for a person. */
export const problemOf = (error: unknown): { readonly detail: string; readonly code: string } => {
  if (error instanceof ApiProblem) return { detail: error.message, code: error.code }
  if (error instanceof TypeError) return { detail: text.errors.network, code: 'network' }
  return { detail: error instanceof Error ? error.message : String(error), code: 'unknown' }
}
