import type { RunEvent } from '../../../schemas/generated/records.ts'
import type { DagRun } from '../../../schemas/http/dag-runs.ts'
import type { DagVersion } from '../../../schemas/http/dag-versions.ts'
import { runAnswer } from './runs.ts'

const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

/** A run as the feed tells it, in the shape that the tables give it: an answer need not wait for them. */
export const runAnswerOfEvent = (event: RunEvent, version: DagVersion | undefined): DagRun =>
  runAnswer(
    {
      dag_id: event.dagId,
      run_id: event.runId ?? '',
      n: event.n,
      at: new Date(event.at),
      state: event.state ?? 'queued',
      reason: event.reason,
      version: event.version ?? '',
      run_type: event.runType ?? 'manual',
      logical_date: date(event.logicalDate),
      data_interval_start: date(event.dataIntervalStart),
      data_interval_end: date(event.dataIntervalEnd),
      run_after: new Date(event.runAfter ?? event.at),
      queued_at: date(event.queuedAt),
      started_at: date(event.startedAt),
      ended_at: date(event.endedAt),
      conf: event.conf ?? '{}',
      triggered_by: event.triggeredBy ?? '',
      note: event.note,
      backfill_id: event.backfillId,
    },
    version,
  )
