import { runStatesInOrder } from '../../states/state-order.ts'
import { oneOf, present, textOf } from '../one-of.ts'

export const runTypesInOrder = ['scheduled', 'manual', 'backfill', 'dataset_triggered'] as const

/** Filters of a list of runs, as they stand in the address. */
export const runsSearch = (search: Record<string, unknown>) =>
  present({ dag: textOf(search.dag), state: oneOf(runStatesInOrder, search.state), type: oneOf(runTypesInOrder, search.type) })
