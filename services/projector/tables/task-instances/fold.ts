/** Task events into rows: the instance, its tries, its XComs. Events whose number is not above the row's change nothing. */
import type { TaskEvent } from '../../../../schemas/generated/records.ts'
import type { TaskInstanceRow, TaskTryRow, XComRow } from './rows.ts'

export interface TaskChanges {
  readonly instances: readonly TaskInstanceRow[]
  readonly tries: readonly TaskTryRow[]
  /** Instances whose XComs are replaced by those in `xcoms`: they began again, or ended. */
  readonly cleared: readonly TaskInstanceRow[]
  readonly xcoms: readonly XComRow[]
}

export const instanceKey = (i: Pick<TaskInstanceRow, 'dag_id' | 'run_id' | 'task_id' | 'map_index'>): string =>
  `${i.dag_id}/${i.run_id}/${i.task_id}/${i.map_index}`

export const foldTaskEvents = (stored: readonly TaskInstanceRow[], events: readonly TaskEvent[]): TaskChanges => {
  const rows = new Map(stored.map((row) => [instanceKey(row), row]))
  const instances = new Map<string, TaskInstanceRow>()
  const tries = new Map<string, TaskTryRow>()
  const xcoms = new Map<string, readonly XComRow[]>()
  for (const event of events) {
    const key = `${event.dagId}/${event.runId}/${event.taskId}/${event.mapIndex}`
    const before = rows.get(key)
    if (before && event.n <= before.n) continue
    const row = before && event.change === 'note' ? { ...before, n: event.n, note: event.note } : afterEvent(before, event)
    rows.set(key, row)
    instances.set(key, row)
    if (event.change === 'note') continue
    if (isOfTry(event)) tries.set(`${key}/${event.tryNumber}`, tryOf(row))
    if (event.state === 'success') xcoms.set(key, xcomsOf(event))
    else if (event.state === 'queued' || event.state === 'none') xcoms.set(key, [])
  }
  const cleared = [...xcoms.keys()].flatMap((key) => instances.get(key) ?? [])
  return { instances: [...instances.values()], tries: [...tries.values()], cleared, xcoms: [...xcoms.values()].flat() }
}

/** A cleared or merely scheduled instance has its last try's number, but says nothing about that try. */
const isOfTry = (event: TaskEvent): boolean => event.tryNumber >= 1 && event.state !== 'none' && event.state !== 'scheduled' && event.state !== 'removed'

const fresh = { scheduled_at: null, queued_at: null, started_at: null, ended_at: null, worker: null, hostname: null, pid: null, rendered: null }

const afterEvent = (before: TaskInstanceRow | undefined, event: TaskEvent): TaskInstanceRow => {
  const sameTry = before !== undefined && before.try_number === event.tryNumber && event.state !== 'none'
  const kept = sameTry ? before : { ...fresh, scheduled_at: event.state === 'queued' ? (before?.scheduled_at ?? null) : null }
  return {
    dag_id: event.dagId,
    run_id: event.runId,
    task_id: event.taskId,
    map_index: event.mapIndex,
    n: event.n,
    at: event.at,
    state: event.state,
    try_number: event.tryNumber,
    ...datesAfter(kept, event),
    due_at: event.dueAt,
    reason: event.state === 'deferred' && event.trigger !== null ? `waits for ${event.trigger}` : event.reason,
    error: event.error === null ? null : JSON.stringify(event.error),
    worker: event.worker ?? kept.worker,
    hostname: event.hostname ?? kept.hostname,
    pid: event.pid ?? kept.pid,
    rendered: event.rendered ?? kept.rendered,
    queue: event.queue ?? before?.queue ?? null,
    pool: event.pool ?? before?.pool ?? null,
    operator: event.operator ?? before?.operator ?? null,
    note: event.change === 'note' ? event.note : (before?.note ?? null),
    tries_before: event.state === 'none' ? event.tryNumber : (before?.tries_before ?? 0),
    trigger: event.state === 'deferred' ? event.triggerSpec : null,
    // A trigger that moves to another triggerer is the same wait.
    deferred_at: event.state !== 'deferred' ? null : sameTry && before.state === 'deferred' ? before.deferred_at : event.at,
  }
}

type Dates = Pick<TaskInstanceRow, 'scheduled_at' | 'queued_at' | 'started_at' | 'ended_at'>

const datesAfter = (kept: Dates, event: TaskEvent): Dates => {
  const { scheduled_at, queued_at, started_at } = kept
  switch (event.state) {
    case 'none':
      return { scheduled_at: null, queued_at: null, started_at: null, ended_at: null }
    case 'scheduled':
      return { scheduled_at: event.at, queued_at, started_at, ended_at: null }
    case 'queued':
      return { scheduled_at, queued_at: event.at, started_at, ended_at: null }
    case 'running':
      return { scheduled_at, queued_at, started_at: started_at ?? event.at, ended_at: null }
    case 'success':
    case 'failed':
    case 'skipped':
    case 'upstream_failed':
    case 'removed':
    case 'up_for_retry':
      // What ended without a start (skipped, lost in the queue) has the same two dates, as in Airflow.
      return { scheduled_at, queued_at, started_at: started_at ?? event.at, ended_at: event.at }
    default:
      return { scheduled_at, queued_at, started_at, ended_at: null }
  }
}

const tryOf = (instance: TaskInstanceRow): TaskTryRow => {
  const { at: _at, due_at: _due, note: _note, tries_before: _before, trigger: _trigger, deferred_at: _since, ...row } = instance
  return row
}

const xcomsOf = (event: TaskEvent): XComRow[] => {
  const byKey = new Map(event.xcoms.map((xcom) => [xcom.key, xcom.value]))
  return [...byKey].map(([key, value]) => ({
    dag_id: event.dagId,
    run_id: event.runId,
    task_id: event.taskId,
    map_index: event.mapIndex,
    key,
    value,
    n: event.n,
    at: event.at,
    logical_date: event.logicalDate,
  }))
}
