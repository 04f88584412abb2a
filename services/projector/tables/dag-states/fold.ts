import type { RunEvent } from '../../../../schemas/generated/records.ts'
import type { DagStateRow } from './rows.ts'

/** Events of kind dag carry all that is decided about the DAG: the last of each is its row. */
export const foldDagEvents = (events: readonly RunEvent[]): readonly DagStateRow[] => {
  const rows = new Map<string, DagStateRow>()
  for (const event of events) {
    if (event.kind === 'dag' && (rows.get(event.dagId)?.n ?? -1) < event.n) rows.set(event.dagId, dagStateRow(event))
  }
  return [...rows.values()]
}

const dagStateRow = (event: RunEvent): DagStateRow => ({
  dag_id: event.dagId,
  n: event.n,
  at: event.at,
  paused: event.paused ?? true,
  removed: event.removed ?? false,
  version: event.version,
  next_logical_date: event.next?.logicalDate ?? null,
  next_data_interval_start: event.next?.dataIntervalStart ?? null,
  next_data_interval_end: event.next?.dataIntervalEnd ?? null,
  next_run_after: event.next?.runAfter ?? null,
})
