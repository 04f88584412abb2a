/**
 * Journal event -> its public events; none when it is nobody else's business. Numbers `n` are copied, never made (DESIGN 3: numbered by `decide`).
 * Called after `noteEvent`.
 */
import type { RunEvent, TaskEvent } from '../../../schemas/generated/records.ts'
import type { JournalEvent } from '../../platform/bus/journal.ts'
import { backfillOf, dagOf, type LightMap, runKey, runOf } from './light-map.ts'

export type PublicEvent =
  | { readonly feed: 'task-events'; readonly key: string; readonly value: TaskEvent }
  | { readonly feed: 'run-events'; readonly key: string; readonly value: RunEvent | null }

export const publicEvents = (map: LightMap, event: JournalEvent): readonly PublicEvent[] => {
  switch (event.type) {
    case 'DagAdopted':
    case 'DagRemoved':
    case 'DagPauseChanged':
    case 'NextRunPlanned':
      return [{ feed: 'run-events', key: event.dagId, value: dagEvent(map, event) }]
    case 'RunCreated':
    case 'RunStateChanged':
    case 'RunVersionChanged':
      return [{ feed: 'run-events', key: runKey(event.dagId, event.runId), value: runEvent(map, event) }]
    case 'CommandAnswered':
      return [{ feed: 'run-events', key: event.dagId, value: answerEvent(event) }]
    case 'BackfillCreated':
    case 'BackfillStateChanged':
      return [{ feed: 'run-events', key: event.dagId, value: backfillEvent(map, event) }]
    case 'TaskStateChanged':
      return [taskPublic(taskEvent(map, event))]
    case 'TaskMapped':
      return mappedEvents(map, event).map(taskPublic)
    case 'RunArchived': // no change of what a run is
    case 'InputsLost': // nor is what never became one
      return []
    case 'RunForgotten':
      return [{ feed: 'run-events', key: runKey(event.dagId, event.runId), value: null }] // a tombstone: its rows go
    default:
      return event satisfies never
  }
}

const taskPublic = (value: TaskEvent): PublicEvent => ({
  feed: 'task-events',
  key: `${value.dagId}/${value.runId}/${value.taskId}/${value.mapIndex}`,
  value,
})

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
  result: null,
  backfillId: null,
} satisfies Partial<RunEvent>

const dagEvent = (map: LightMap, event: EventOf<'DagAdopted' | 'DagRemoved' | 'DagPauseChanged' | 'NextRunPlanned'>): RunEvent => {
  const { paused, removed, version, next } = dagOf(map, event.dagId)
  const reason = event.type === 'DagPauseChanged' ? event.reason : null
  return { ...nothing, kind: 'dag', dagId: event.dagId, n: event.n, at: event.at, paused, removed, version, next, reason }
}

const runEvent = (map: LightMap, event: EventOf<'RunCreated' | 'RunStateChanged' | 'RunVersionChanged'>): RunEvent => {
  const { dagId, runId, n, at } = event
  const { mapped: _mapped, ...run } = runOf(map, dagId, runId)
  return { ...nothing, ...run, kind: 'run', dagId, runId, n, at }
}

const backfillEvent = (map: LightMap, event: EventOf<'BackfillCreated' | 'BackfillStateChanged'>): RunEvent => {
  const { dagId, backfillId, n, at } = event
  const { state, told } = backfillOf(map, dagId, backfillId)
  return { ...nothing, kind: 'backfill', dagId, backfillId, n, at, state, result: JSON.stringify(told) }
}

const answerEvent = ({ dagId, n, at, runId, commandId, accepted, code, message, result }: EventOf<'CommandAnswered'>): RunEvent => ({
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
  result,
})

/** Whoever only sees what becomes of instances learns here of new ones, all in state none; the one with index -1 is gone with the first of them. */
const mappedEvents = (map: LightMap, event: EventOf<'TaskMapped'>): readonly TaskEvent[] => {
  const { dagId, runId, taskId, n, at, length } = event
  const before = runOf(map, dagId, runId).mapped.get(taskId)?.before ?? 0
  const change = { dagId, runId, taskId, n, at, state: 'none', tryNumber: 0, dueAt: null, reason: null, error: null }
  const rest = { worker: null, hostname: null, pid: null, rendered: null, xcoms: [], ...ofRun(map, event) }
  return Array.from({ length: Math.max(0, length - before) }, (_, i) => ({ ...change, mapIndex: before + i, ...rest }))
}

const taskEvent = (map: LightMap, event: EventOf<'TaskStateChanged'>): TaskEvent => {
  const { dagId, runId, taskId, mapIndex, n, at, state, tryNumber, dueAt, reason, error, worker, hostname, pid, rendered, xcoms } = event
  const change = { dagId, runId, taskId, mapIndex, n, at, state, tryNumber, dueAt, reason, error, worker, hostname, pid, rendered, xcoms }
  return { ...change, ...ofRun(map, event) }
}

const ofRun = (map: LightMap, { dagId, runId, taskId }: EventOf<'TaskStateChanged' | 'TaskMapped'>) => {
  const { logicalDate, version } = runOf(map, dagId, runId)
  const words = dagOf(map, dagId).tasksOf.get(version)?.get(taskId)
  return { logicalDate, queue: words?.queue ?? null, pool: words?.pool ?? null, operator: words?.operator ?? null }
}
