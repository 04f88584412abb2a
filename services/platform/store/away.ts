/** Kept apart from the pool: who only asks whether Postgres is away loads no client of it. */
import { MillraceError } from '../../core/errors.ts'
import { databasePlace } from './database-place.ts'

/** Errors that say "Postgres is away", not "the statement is wrong". */
export const isAway = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string') {
    if (/^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_AGAIN)/.test(code)) return true
    if (/^(08|57P|53)/.test(code)) return true // connection exception, shutdown or restart, out of resources
  }
  return /terminat|timeout exceeded when trying to connect|Connection ended|not queryable|Client was closed/i.test(error.message)
}

/** The same as an error that a caller can show. */
export const databaseAway = (databaseUrl: string, cause: unknown): MillraceError =>
  new MillraceError('database_unreachable', `Postgres at ${databasePlace(databaseUrl)} does not answer: is it running, and is DATABASE_URL right?`, { cause })
