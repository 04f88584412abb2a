import { oneOf, present } from '../one-of.ts'

/** Which backfills are shown: all, those under way, those that are over. */
export const backfillsSearch = (search: Record<string, unknown>) => present({ only: oneOf(['active', 'over'], search.only) })
