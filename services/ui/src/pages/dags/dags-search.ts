import { runStatesInOrder } from '../../states/state-order.ts'
import { oneOf, present, textOf } from '../one-of.ts'

/** Filters of the DAG list, as they stand in the address. */
export const dagsSearch = (search: Record<string, unknown>) =>
  present({
    q: textOf(search.q),
    state: oneOf(runStatesInOrder, search.state),
    tag: textOf(search.tag),
    paused: typeof search.paused === 'boolean' ? search.paused : undefined,
    errors: search.errors === true ? (true as const) : undefined,
  })
