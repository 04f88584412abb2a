import { runStatesInOrder } from '../../states/state-order.ts'
import { oneOf, present, textOf } from '../one-of.ts'

export const runTypesInOrder = ['scheduled', 'manual', 'backfill', 'dataset_triggered'] as const

/** Filters of a list of runs, as they stand in the address. `by`: one by one, or by the hour; `from` and `to`: of which time. */
export const runsSearch = (search: Record<string, unknown>) =>
  present({
    dag: textOf(search.dag),
    state: oneOf(runStatesInOrder, search.state),
    type: oneOf(runTypesInOrder, search.type),
    by: oneOf(['hour', 'run'], search.by),
    from: textOf(search.from),
    to: textOf(search.to),
  })
