/** What an answer says it touches. A scheduler of another release may say less: that is told, not guessed. */
import type { BackfillAnswer, Touched } from '../../core/command-args.ts'
import { MillraceError } from '../../core/errors.ts'

const parsed = (result: string | null): Record<string, unknown> => {
  const value: unknown = JSON.parse(result ?? 'null')
  if (typeof value !== 'object' || value === null)
    throw new MillraceError('internal', 'The scheduler carried the command out but did not say what it touched: see the run. It may be of an older release.')
  return value as Record<string, unknown>
}

export const touchedIn = (result: string | null): Touched => {
  const { instances, total, runs } = parsed(result)
  const listed: Touched['instances'] = Array.isArray(instances) ? instances : []
  return { instances: listed, total: typeof total === 'number' ? total : listed.length, runs: Array.isArray(runs) ? runs : [] }
}

export const backfillIn = (result: string | null): BackfillAnswer => {
  const { backfillId, dates } = parsed(result)
  return { backfillId: typeof backfillId === 'string' ? backfillId : null, dates: Array.isArray(dates) ? dates : [] }
}
