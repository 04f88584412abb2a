/** Public events -> what the live stream says: pure but for the start dates it keeps. */
import type { DatasetEvent, ImportError, RunEvent, TaskEvent } from '../../../schemas/generated/records.ts'
import type { LiveAssetEvent } from '../../../schemas/http/assets.ts'
import type { LiveBackfill, LiveDag, LiveImportError, LiveMonitor, LiveRun, LiveTask } from '../../../schemas/http/live-events.ts'
import type { ApiRunState } from '../../../schemas/http/states.ts'
import type { BackfillTold } from '../../core/backfill-told.ts'
import { eventAnswer } from '../queries/dataset-events.ts'
import { apiTaskState } from '../queries/task-instances.ts'

export type LiveMessage =
  | { readonly event: 'task'; readonly dagId: string; readonly data: LiveTask }
  | { readonly event: 'run'; readonly dagId: string; readonly data: LiveRun }
  | { readonly event: 'dag'; readonly dagId: string; readonly data: LiveDag }
  | { readonly event: 'backfill'; readonly dagId: string; readonly data: LiveBackfill }
  | { readonly event: 'dataset_event'; readonly dagId: null; readonly data: LiveAssetEvent }
  | { readonly event: 'import_error'; readonly dagId: null; readonly data: LiveImportError }
  | { readonly event: 'monitor'; readonly dagId: null; readonly data: LiveMonitor }

const iso = (ms: number | null | undefined): string | null => (ms === null || ms === undefined ? null : new Date(ms).toISOString())

const maxStarts = 20_000

/** Task events do not carry their start: it is kept from the `running` event of the same try. */
export const makeTaskMessages = (): ((event: TaskEvent) => LiveMessage) => {
  const starts = new Map<string, { readonly tryNumber: number; readonly at: number }>()
  return (event) => {
    const key = `${event.dagId}/${event.runId}/${event.taskId}/${event.mapIndex}`
    const before = starts.get(key)
    const known = before?.tryNumber === event.tryNumber ? before.at : null
    const isOver = endStates.has(event.state)
    const start = event.state === 'running' || (isOver && event.tryNumber === 0) ? (known ?? event.at) : known
    if (isOver && event.state !== 'up_for_retry') starts.delete(key)
    else if (start !== null) starts.set(key, { tryNumber: event.tryNumber, at: start })
    if (starts.size > maxStarts) starts.delete(starts.keys().next().value ?? '')
    return {
      event: 'task',
      dagId: event.dagId,
      data: {
        dag_id: event.dagId,
        dag_run_id: event.runId,
        task_id: event.taskId,
        map_index: event.mapIndex,
        event_number: event.n,
        at: new Date(event.at).toISOString(),
        state: apiTaskState(event.state),
        try_number: event.tryNumber,
        start_date: event.state === 'none' ? null : iso(start),
        end_date: isOver ? iso(event.at) : null,
        due_date: iso(event.dueAt),
        operator: event.operator,
        hostname: event.hostname,
        worker: event.worker,
        reason: event.reason,
        error: event.error,
      },
    }
  }
}

const endStates: ReadonlySet<string> = new Set(['success', 'failed', 'skipped', 'upstream_failed', 'removed', 'up_for_retry'])

/** null: nothing to show (an answer to a command). */
export const runMessage = (event: RunEvent): LiveMessage | null => {
  if (event.kind === 'dag') return dagMessage(event)
  if (event.kind === 'backfill') return backfillMessage(event)
  if (event.kind !== 'run' || event.runId === null || event.runAfter === null) return null
  return {
    event: 'run',
    dagId: event.dagId,
    data: {
      dag_id: event.dagId,
      dag_run_id: event.runId,
      event_number: event.n,
      at: new Date(event.at).toISOString(),
      state: event.state as ApiRunState,
      reason: event.reason,
      run_type: event.runType as LiveRun['run_type'],
      version: event.version,
      logical_date: iso(event.logicalDate),
      data_interval_start: iso(event.dataIntervalStart),
      data_interval_end: iso(event.dataIntervalEnd),
      run_after: new Date(event.runAfter).toISOString(),
      queued_at: iso(event.queuedAt),
      start_date: iso(event.startedAt),
      end_date: iso(event.endedAt),
      triggered_by: event.triggeredBy,
      note: event.note,
      backfill_id: event.backfillId,
    },
  }
}

const backfillMessage = (event: RunEvent): LiveMessage => {
  const { total, taken, skipped }: BackfillTold = JSON.parse(event.result ?? '{}')
  return {
    event: 'backfill',
    dagId: event.dagId,
    data: {
      dag_id: event.dagId,
      backfill_id: event.backfillId ?? '',
      event_number: event.n,
      at: new Date(event.at).toISOString(),
      state: event.state ?? 'running',
      total,
      taken,
      skipped,
    },
  }
}

const dagMessage = (event: RunEvent): LiveMessage => ({
  event: 'dag',
  dagId: event.dagId,
  data: {
    dag_id: event.dagId,
    event_number: event.n,
    at: new Date(event.at).toISOString(),
    is_paused: event.paused ?? true,
    is_stale: event.removed ?? false,
    version: event.version,
    next_dagrun_logical_date: iso(event.next?.logicalDate),
    next_dagrun_data_interval_start: iso(event.next?.dataIntervalStart),
    next_dagrun_data_interval_end: iso(event.next?.dataIntervalEnd),
    next_dagrun_run_after: iso(event.next?.runAfter),
  },
})

/** To everybody: whoever shows a DAG may wait for it. */
export const datasetMessage = (event: DatasetEvent, partition: number, offset: number): LiveMessage => ({
  event: 'dataset_event',
  dagId: null,
  data: eventAnswer({
    ...{ uri: event.uri, event_id: event.id, partition, record_offset: offset, at: new Date(event.at), extra: event.extra, producer: event.producer },
    ...{ source_dag_id: event.sourceDagId, source_run_id: event.sourceRunId, source_task_id: event.sourceTaskId, source_map_index: event.sourceMapIndex },
  }),
})

export const importErrorMessage = (filename: string, error: ImportError | null): LiveMessage => ({
  event: 'import_error',
  dagId: null,
  data: { filename, mended: error === null, message: error?.message ?? null, line: error?.line ?? null, column: error?.column ?? null },
})
