/**
 * What `/ui/live` and the log stream send: SSE, `event:` is the name, `data:` one JSON object, `id:` for Last-Event-ID. A `task` or `run` event
 * comes only when a GET already shows it. Drop one whose `event_number` is not above what you have of that instance or run.
 */
import { type Static, Type } from 'typebox'
import { nullableInstant, nullableInteger, nullableNumber, nullableOneOf, nullableRef, nullableText, oneOf, text } from './common.ts'
import { apiRunStates, apiRunTypes, apiTaskStates } from './states.ts'
import { TaskFailure } from './task-instances.ts'

export const LiveTask = Type.Object(
  {
    dag_id: text(),
    dag_run_id: text(),
    task_id: text(),
    map_index: Type.Integer(),
    event_number: Type.Integer(),
    at: Type.String({ format: 'date-time' }),
    state: nullableOneOf(apiTaskStates),
    try_number: Type.Integer(),
    start_date: nullableInstant('Of this try; null with a later state when the stream began after its start: keep what you have.'),
    end_date: nullableInstant(),
    due_date: nullableInstant(),
    operator: nullableText(),
    hostname: nullableText(),
    worker: nullableText(),
    reason: nullableText(),
    error: nullableRef(TaskFailure),
  },
  { $id: 'LiveTask' },
)
export type LiveTask = Static<typeof LiveTask>

export const LiveRun = Type.Object(
  {
    dag_id: text(),
    dag_run_id: text(),
    event_number: Type.Integer(),
    at: Type.String({ format: 'date-time' }),
    state: oneOf(apiRunStates),
    reason: nullableText(),
    run_type: oneOf(apiRunTypes),
    version: nullableText(),
    logical_date: nullableInstant(),
    data_interval_start: nullableInstant(),
    data_interval_end: nullableInstant(),
    run_after: Type.String({ format: 'date-time' }),
    queued_at: nullableInstant(),
    start_date: nullableInstant(),
    end_date: nullableInstant(),
    triggered_by: nullableText(),
    note: nullableText(),
    backfill_id: nullableText(),
  },
  { $id: 'LiveRun' },
)
export type LiveRun = Static<typeof LiveRun>

export const LiveBackfill = Type.Object(
  {
    dag_id: text(),
    backfill_id: text(),
    event_number: Type.Integer(),
    at: Type.String({ format: 'date-time' }),
    state: text('running, paused, cancelled, finished.'),
    total: Type.Integer(),
    taken: Type.Integer(),
    skipped: Type.Integer(),
  },
  { $id: 'LiveBackfill' },
)
export type LiveBackfill = Static<typeof LiveBackfill>

export const LiveDag = Type.Object(
  {
    dag_id: text(),
    event_number: Type.Integer(),
    at: Type.String({ format: 'date-time' }),
    is_paused: Type.Boolean(),
    is_stale: Type.Boolean({ description: 'Removed.' }),
    version: nullableText('Newest version; another one than you have: fetch the DAG and its structure again.'),
    next_dagrun_logical_date: nullableInstant(),
    next_dagrun_data_interval_start: nullableInstant(),
    next_dagrun_data_interval_end: nullableInstant(),
    next_dagrun_run_after: nullableInstant(),
  },
  { $id: 'LiveDag' },
)
export type LiveDag = Static<typeof LiveDag>

export const LiveImportError = Type.Object(
  { filename: text(), mended: Type.Boolean(), message: nullableText(), line: nullableInteger(), column: nullableInteger() },
  { $id: 'LiveImportError' },
)
export type LiveImportError = Static<typeof LiveImportError>

export const monitorParts = ['executor', 'workers', 'schedulers', 'dead_letters'] as const

export const LiveMonitor = Type.Object(
  { part: oneOf(monitorParts, 'What it shows has changed: fetch it again. `executor`: pools, and why queued tasks wait.') },
  { $id: 'LiveMonitor' },
)
export type LiveMonitor = Static<typeof LiveMonitor>

export const LiveLag = Type.Object(
  { lag_seconds: nullableNumber('How far what is shown is behind the newest event; null: the projection does not answer.') },
  { $id: 'LiveLag' },
)
export type LiveLag = Static<typeof LiveLag>

/** What was missed cannot be made up from the ring buffer: fetch everything shown again. */
export const LiveReset = Type.Object({ reason: text() }, { $id: 'LiveReset' })
export type LiveReset = Static<typeof LiveReset>

export const LiveQuery = Type.Object({
  dag_id: Type.Optional(Type.String({ minLength: 1, maxLength: 250, description: 'Events of this DAG only (import errors and lag come to all).' })),
})

/** The log stream: `lines` with an id that is the number of the last one, then `end` when the try is over. */
export const LogLines = Type.Object(
  { lines: Type.Array(Type.Object({ line: Type.Integer(), timestamp: nullableText(), stream: text(), level: text(), event: text() })) },
  { $id: 'LogLines' },
)
export const LogEnd = Type.Object({ lines: Type.Integer({ description: 'How many lines there are.' }) }, { $id: 'LogEnd' })
