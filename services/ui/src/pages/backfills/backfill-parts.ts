import type { Backfill } from '../../api/types.ts'
import type { StateName } from '../../states/state-order.ts'

export interface ProgressPart {
  readonly state: StateName
  readonly count: number
}

/** A backfill's dates by what became of them, in the order of the bar; what is left over is still to come. */
export const backfillParts = ({ progress: p }: Pick<Backfill, 'progress'>): readonly ProgressPart[] =>
  (
    [
      ['success', p.success],
      ['failed', p.failed],
      ['skipped', p.skipped],
      ['running', p.running],
      ['queued', p.queued],
    ] as const
  ).flatMap(([state, count]) => (count > 0 ? [{ state, count }] : []))

/** How many of its dates are over. */
export const datesDone = ({ progress: p }: Pick<Backfill, 'progress'>): number => Math.min(p.total, p.success + p.failed + p.skipped)

/** How many of its dates have not been taken up. */
export const datesLeft = ({ progress: p }: Pick<Backfill, 'progress'>): number => Math.max(0, p.total - p.taken)
