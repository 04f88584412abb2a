/** Journal event -> its public event, or null when it is nobody else's business. Numbers `n` are copied, never made (DESIGN 3: numbered by `decide`). Called after `noteEvent`. */
import type { RunEvent, TaskEvent } from '../../../schemas/generated/records.ts'
import type { JournalEvent } from '../../platform/bus/journal.ts'
import { dagOf, type LightMap, runKey, runOf } from './light-map.ts'

export type PublicEvent =
  | { readonly feed: 'task-events'; readonly key: string; readonly value: TaskEvent }
  | { readonly feed: 'run-events'; readonly key: string; readonly value: RunEvent | null }

export const publicEvent = (map: LightMap, event: JournalEvent): PublicEvent | null => {
  switch (event.type) {
    case 'DagAdopted':
    case 'DagRemoved':
    case 'DagPauseChanged':
    case 'NextRunPlanned':
      return { feed: 'run-events', key: event.dagId, value: dagEvent(map, event) }
    case 'RunCreated':
      return { feed: 'run-events', key: runKey(event.dagId, event.runId), value: runEvent(map, event) }
    case 'RunStateChanged':
      return { feed: 'run-events', key: runKey(event.dagId, event.runId), value: runEvent(map, event) }
    case 'CommandAnswered':
      return { feed: 'run-events', key: event.dagId, value: answerEvent(event) }
    case 'TaskStateChanged':
      return { feed: 'task-events', key: `${event.dagId}/${event.runId}/${event.taskId}/${event.mapIndex}`, value: taskEvent(map, event) }
    case 'RunArchived': // no change of what a run is
    case 'InputsLost': // nor is what never became one
      return null
    case 'RunForgotten':
      return { feed: 'run-events', key: runKey(event.dagId, event.runId), value: null } // a tombstone: its rows go
    default:
      return event satisfies never
  }
}

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

const nothing = {
  runId: null,
  state: null,
  reason: null,
  version: null,
  runType: null,
  logicalDate: null,
  dataIntervalStart: null,
  dataIntervalEnd: null,
  runAfter: null,
  queuedAt: null,
  startedAt: null,
  endedAt: null,
  conf: null,
  triggeredBy: null,
  note: null,
  paused: null,
  removed: null,
  next: null,
  commandId: null,
  accepted: null,
  code: null,
  message: null,
} satisfies Partial<RunEvent>

const dagEvent = (map: LightMap, event: EventOf<'DagAdopted' | 'DagRemoved' | 'DagPauseChanged' | 'NextRunPlanned'>): RunEvent => {
  const { paused, removed, version, next } = dagOf(map, event.dagId)
  const reason = event.type === 'DagPauseChanged' ? event.reason : null
  return { ...nothing, kind: 'dag', dagId: event.dagId, n: event.n, at: event.at, paused, removed, version, next, reason }
}

const runEvent = (map: LightMap, event: EventOf<'RunCreated' | 'RunStateChanged'>): RunEvent => ({
  ...nothing,
  ...runOf(map, event.dagId, event.runId),
  kind: 'run',
  dagId: event.dagId,
  runId: event.runId,
  n: event.n,
  at: event.at,
})

const answerEvent = ({ dagId, n, at, runId, commandId, accepted, code, message }: EventOf<'CommandAnswered'>): RunEvent => ({
  ...nothing,
  kind: 'answer',
  dagId,
  n,
  at,
  runId,
  commandId,
  accepted,
  code,
  message,
})

const taskEvent = (map: LightMap, event: EventOf<'TaskStateChanged'>): TaskEvent => {
  const run = runOf(map, event.dagId, event.runId)
  const words = dagOf(map, event.dagId).tasksOf.get(run.version)?.get(event.taskId)
  const { dagId, runId, taskId, mapIndex, n, at, state, tryNumber, dueAt, reason, error, worker, hostname, pid, rendered, xcoms } = event
  return {
    dagId,
    runId,
    taskId,
    mapIndex,
    n,
    at,
    state,
    tryNumber,
    dueAt,
    reason,
    error,
    worker,
    hostname,
    pid,
    rendered,
    xcoms,
    logicalDate: run.logicalDate,
    queue: words?.queue ?? null,
    pool: words?.pool ?? null,
    operator: words?.operator ?? null,
  }
}
