/** Events of backfills into the column's state. */
import { type BackfillState, isBackfillOver } from './backfill-told.ts'
import type { Backfill, Column, Dag } from './column-state.ts'
import type { EventOf } from './events.ts'
import { impossible } from './impossible.ts'

export const createBackfill = (dag: Dag, event: EventOf<'BackfillCreated'>): void => {
  const { backfillId, fromDate, toDate, reprocess, maxActiveRuns, newestFirst, conf, principal, windows } = event
  dag.n = event.n
  dag.backfills.set(backfillId, {
    ...{ backfillId, fromDate, toDate, reprocess, maxActiveRuns, newestFirst, conf, principal, windows },
    createdAt: event.at,
    total: windows.length,
    state: 'running',
    next: 0,
    skipped: 0,
    queued: new Set(),
    running: 0,
  })
}

export const changeBackfill = (column: Column, dag: Dag, event: EventOf<'BackfillStateChanged'>): void => {
  const backfill = dag.backfills.get(event.backfillId) ?? impossible(`backfill ${event.backfillId} of DAG ${dag.dagId}`)
  dag.n = event.n
  backfill.state = event.state as BackfillState
  backfill.next = event.next
  backfill.skipped = event.skipped
  if (isBackfillOver(backfill.state)) backfill.windows = []
  // What one decision did not make is due at once.
  if (hasMore(backfill)) column.timers.push({ at: event.at, dagId: dag.dagId, runId: '', key: '' })
}

/** The backfill may take up another date now. */
export const hasMore = (backfill: Backfill): boolean =>
  backfill.state === 'running' && backfill.next < backfill.total && backfill.queued.size + backfill.running < backfill.maxActiveRuns
