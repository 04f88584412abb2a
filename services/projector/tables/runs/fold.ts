import type { RunEvent } from '../../../../schemas/generated/records.ts'
import { MillraceError } from '../../../core/errors.ts'
import type { DagRunRow } from './rows.ts'

/** Run events carry the whole run: the last of each key is its row. */
export const foldRunEvents = (events: readonly RunEvent[]): readonly DagRunRow[] => {
  const rows = new Map<string, DagRunRow>()
  for (const event of events) {
    if (event.kind !== 'run') continue
    const row = runRow(event)
    const key = `${row.dag_id}/${row.run_id}`
    if ((rows.get(key)?.n ?? -1) < row.n) rows.set(key, row)
  }
  return [...rows.values()]
}

/** Throws `undecodable` when a field that a run always has is missing (another system wrote it). */
export const runRow = (event: RunEvent): DagRunRow => ({
  dag_id: event.dagId,
  run_id: event.runId ?? missing(event, 'runId'),
  n: event.n,
  at: event.at,
  state: event.state ?? missing(event, 'state'),
  reason: event.reason,
  version: event.version ?? missing(event, 'version'),
  run_type: event.runType ?? missing(event, 'runType'),
  logical_date: event.logicalDate,
  data_interval_start: event.dataIntervalStart,
  data_interval_end: event.dataIntervalEnd,
  run_after: event.runAfter ?? missing(event, 'runAfter'),
  queued_at: event.queuedAt,
  started_at: event.startedAt,
  ended_at: event.endedAt,
  conf: event.conf ?? '{}',
  triggered_by: event.triggeredBy ?? 'unknown',
  note: event.note,
  backfill_id: event.backfillId,
})

const missing = (event: RunEvent, field: keyof RunEvent): never => {
  throw new MillraceError('undecodable', `run event ${event.n} of DAG ${event.dagId} has no ${field}: a run event carries the whole run`)
}
