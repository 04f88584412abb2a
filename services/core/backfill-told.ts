/** What a run event of kind `backfill` says in `result`, as JSON: the whole backfill, so that the last event of each is its row. Instants are ms since the epoch. */
export interface BackfillTold {
  readonly from: number
  readonly to: number
  readonly reprocess: string
  readonly maxActiveRuns: number
  readonly newestFirst: boolean
  /** JSON object. */
  readonly conf: string
  readonly principal: string | null
  readonly createdAt: number
  /** How many dates it covers. */
  readonly total: number
  /** How many of them were taken up so far. */
  readonly taken: number
  /** How many of those made no run. */
  readonly skipped: number
}

/** States of a backfill (BackfillStateChanged): the last two are its end. */
export const backfillStates = ['running', 'paused', 'cancelled', 'finished'] as const
export type BackfillState = (typeof backfillStates)[number]

export const isBackfillOver = (state: string): boolean => state === 'cancelled' || state === 'finished'
