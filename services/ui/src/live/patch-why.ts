import type { WaitReasons } from '../api/types.ts'
import { isAtRest } from '../states/state-order.ts'
import type { LiveEvent, Patched } from './live-event.ts'

/** Reasons that the end of any attempt may change, of whatever DAG: it gives back a slot. */
const slotKinds: ReadonlySet<string> = new Set(['pool', 'no_pool', 'worker_slots', 'dispatch', 'queue', 'executor'])

/** The reasons of one instance after an event: the same, or to be asked for again. What its own run and DAG tell may change any of them. */
export const patchWhy = ([, dagId, runId]: readonly unknown[], reasons: WaitReasons, event: LiveEvent): Patched<WaitReasons> => {
  if (event.data.dag_id === dagId) return event.kind !== 'task' || event.data.dag_run_id === runId || isOfDag(reasons) ? 'stale' : reasons
  const freesSlot = event.kind === 'task' && (isAtRest(event.data.state) || event.data.state === 'up_for_retry')
  return freesSlot && reasons.reasons.some(({ kind }) => slotKinds.has(kind)) ? 'stale' : reasons
}

/** Held back by what happens in other runs of the DAG, or by slots. */
const isOfDag = ({ reasons }: WaitReasons): boolean =>
  reasons.some(({ kind }) => slotKinds.has(kind) || kind === 'task_limit' || kind === 'depends_on_past' || kind === 'wait_for_downstream')
