/**
 * evolve: one event into the column's state. It reads no table, no clock and no chance: what it needs stands in the event. It never refuses: an
 * event is a fact. One that names a run or instance that is not there is impossible history and throws, so that the reader can quarantine it.
 */
import type { RunWindow } from '../../schemas/generated/records.ts'
import { type Column, type Dag, instanceKey, newReadyHeap, newTasks, type Run, type TaskInstance, type VersionState, versionState } from './column-state.ts'
import type { DagDefinition } from './dag.ts'
import { MillraceError } from './errors.ts'
import type { Event, EventOf } from './events.ts'
import { adoptedDag } from './normal-dag.ts'
import { isFinished, isWithWorker, type RunState, type RunType, type TaskState } from './states.ts'
import { countUpstream } from './upstream-counts.ts'

/** A whole decision, as readers of the journal apply it. */
export const fold = (column: Column, decision: { readonly at: number; readonly events: readonly Event[] }): void => {
  for (const event of decision.events) evolve(column, event)
  if (decision.at > column.at) column.at = decision.at
}

export const evolve = (column: Column, event: Event): void => {
  switch (event.type) {
    case 'DagAdopted':
      return adoptDag(column, event)
    case 'DagRemoved': {
      const dag = dagOf(column, event.dagId)
      dag.n = event.n
      dag.removed = true
      dag.next = null
      dag.tableOffset = event.tableOffset
      return
    }
    case 'DagPauseChanged': {
      const dag = dagOf(column, event.dagId)
      dag.n = event.n
      dag.paused = event.paused
      return
    }
    case 'NextRunPlanned':
      return planNext(column, dagOf(column, event.dagId), event.n, event.next)
    case 'RunCreated':
      return createRun(column, event)
    case 'RunStateChanged':
      return changeRun(column, event)
    case 'TaskStateChanged':
      return changeTask(column, event)
    case 'CommandAnswered': {
      const dag = column.dags.get(event.dagId)
      if (dag) dag.n = event.n
      remember(column, event.commandId, event.at)
      return
    }
    case 'RunArchived':
      return archiveRun(dagOf(column, event.dagId), event)
    case 'RunForgotten':
      return forgetRun(dagOf(column, event.dagId), event.runId)
    case 'InputsLost': // where the column goes on stands in the positions of its record
      return
    default:
      event satisfies never
  }
}

const impossible = (what: string): never => {
  throw new MillraceError('impossible_history', `${what}: the journal names what it never made`)
}

const dagOf = (column: Column, dagId: string): Dag => column.dags.get(dagId) ?? impossible(`DAG ${dagId}`)
const runOf = (dag: Dag, runId: string): Run => dag.runs.get(runId) ?? impossible(`run ${runId} of DAG ${dag.dagId}`)

const rememberAnswersMs = 86_400_000

const remember = (column: Column, commandId: string, at: number): void => {
  column.answered.set(commandId, at)
  for (const [id, then] of column.answered) {
    if (then > at - rememberAnswersMs) return // oldest first
    column.answered.delete(id)
  }
}

const adoptDag = (column: Column, event: EventOf<'DagAdopted'>): void => {
  const definition = adoptedDag(JSON.parse(event.definition))
  if (!definition) return impossible(`definition of DAG ${event.dagId} version ${event.version}`)
  const version = versionState(event.version, definition, event.bundle)
  const known = column.dags.get(event.dagId)
  if (known) {
    known.n = event.n
    known.removed = false
    known.version = event.version
    known.tableOffset = event.tableOffset
    known.versions.set(event.version, known.versions.get(event.version) ?? version)
    return
  }
  column.dags.set(event.dagId, newDag(event, definition, version))
}

const newDag = (event: EventOf<'DagAdopted'>, definition: DagDefinition, version: VersionState): Dag => ({
  dagId: event.dagId,
  n: event.n,
  paused: definition.pausedUponCreation,
  removed: false,
  version: event.version,
  tableOffset: event.tableOffset,
  versions: new Map([[event.version, version]]),
  runs: new Map(),
  byLogicalDate: new Map(),
  finished: new Set(),
  archived: new Map(),
  queued: new Set(),
  running: 0,
  next: null,
  last: null,
  lastSuccess: null,
})

const planNext = (column: Column, dag: Dag, n: number, next: RunWindow | null): void => {
  dag.n = n
  dag.next = next
  if (next) column.timers.push({ at: next.runAfter, dagId: dag.dagId, runId: '', key: '' })
}

const createRun = (column: Column, event: EventOf<'RunCreated'>): void => {
  const dag = dagOf(column, event.dagId)
  const version = dag.versions.get(event.version) ?? impossible(`version ${event.version} of DAG ${dag.dagId}`)
  const tasks = newTasks(version.graph)
  const run: Run = {
    dagId: dag.dagId,
    runId: event.runId,
    version,
    runType: event.runType as RunType,
    logicalDate: event.logicalDate,
    dataIntervalStart: event.dataIntervalStart,
    dataIntervalEnd: event.dataIntervalEnd,
    runAfter: event.runAfter,
    conf: event.conf,
    triggeredBy: event.triggeredBy,
    note: event.note,
    state: 'queued',
    n: event.n,
    queuedAt: event.at,
    startedAt: null,
    endedAt: null,
    tasks,
    unfinished: tasks.size,
    active: 0,
    ready: newReadyHeap(),
    xcoms: 0,
  }
  dag.runs.set(run.runId, run)
  dag.queued.add(run.runId)
  if (run.logicalDate !== null) dag.byLogicalDate.set(run.logicalDate, run.runId)
  if (run.runType === 'scheduled' && run.logicalDate !== null)
    dag.last = {
      logicalDate: run.logicalDate,
      dataIntervalStart: run.dataIntervalStart ?? run.logicalDate,
      dataIntervalEnd: run.dataIntervalEnd ?? run.logicalDate,
      runAfter: run.runAfter,
    }
  if (run.runAfter > event.at) column.timers.push({ at: run.runAfter, dagId: dag.dagId, runId: run.runId, key: '' })
}

const changeRun = (column: Column, event: EventOf<'RunStateChanged'>): void => {
  const dag = dagOf(column, event.dagId)
  const run = runOf(dag, event.runId)
  const state = event.state as RunState
  run.n = event.n
  if (run.state === 'running') dag.running--
  dag.queued.delete(run.runId)
  dag.finished.delete(run.runId)
  run.state = state
  if (state === 'queued') {
    dag.queued.add(run.runId)
    run.queuedAt = event.at
    run.startedAt = null
    run.endedAt = null
  } else if (state === 'running') {
    dag.running++
    run.startedAt ??= event.at
    const timeoutMs = run.version.definition.dagrunTimeoutMs
    if (timeoutMs !== null) column.timers.push({ at: run.startedAt + timeoutMs, dagId: dag.dagId, runId: run.runId, key: '' })
  } else {
    run.endedAt = event.at
    dag.finished.add(run.runId)
    if (state === 'success' && run.logicalDate !== null && run.logicalDate >= (dag.lastSuccess?.logicalDate ?? Number.NEGATIVE_INFINITY))
      dag.lastSuccess = { logicalDate: run.logicalDate, start: run.dataIntervalStart ?? run.logicalDate, end: run.dataIntervalEnd ?? run.logicalDate }
  }
}

const archiveRun = (dag: Dag, { runId, n, offset }: EventOf<'RunArchived'>): void => {
  const run = runOf(dag, runId)
  dag.runs.delete(runId)
  dag.finished.delete(runId)
  dag.archived.set(runId, { runId, logicalDate: run.logicalDate, state: run.state, n, offset })
  const used = new Set([dag.version, ...[...dag.runs.values()].map((r) => r.version.version)])
  for (const version of dag.versions.keys()) if (!used.has(version)) dag.versions.delete(version)
}

const forgetRun = (dag: Dag, runId: string): void => {
  const run = dag.archived.get(runId) ?? runOf(dag, runId)
  dag.archived.delete(runId)
  dag.runs.delete(runId)
  dag.finished.delete(runId)
  if (run.logicalDate !== null && dag.byLogicalDate.get(run.logicalDate) === runId) dag.byLogicalDate.delete(run.logicalDate)
}

const changeTask = (column: Column, event: EventOf<'TaskStateChanged'>): void => {
  const run = runOf(dagOf(column, event.dagId), event.runId)
  const task = run.tasks.get(instanceKey(event.taskId, event.mapIndex)) ?? impossible(`task ${event.taskId} of run ${event.runId} of DAG ${event.dagId}`)
  const before = task.state
  const state = event.state as TaskState
  run.n = event.n
  task.state = state
  task.tryNumber = event.tryNumber
  task.infraTries = event.infraTries
  task.dueAt = event.dueAt
  task.error = event.error
  task.poking = state === 'up_for_reschedule' || (task.poking && state === 'scheduled')
  if (isWithWorker(before)) run.active--
  if (isWithWorker(state)) run.active++
  if (state !== 'running') task.token = event.token
  if (isFinished(before) !== isFinished(state)) run.unfinished += isFinished(state) ? -1 : 1
  if (isFinished(before)) countUpstream(run, task, before, -1)
  if (isFinished(state)) countUpstream(run, task, state, 1)
  if (task.xcoms.length > 0) run.xcoms--
  task.xcoms = event.xcoms
  if (task.xcoms.length > 0) run.xcoms++
  stamp(task, event, state)
  if (state === 'scheduled') run.ready.push(task)
  if (event.dueAt !== null) column.timers.push({ at: event.dueAt, dagId: run.dagId, runId: run.runId, key: task.key })
}

const stamp = (task: TaskInstance, event: EventOf<'TaskStateChanged'>, state: TaskState): void => {
  if (state === 'queued') {
    task.queuedAt = event.at
    task.startedAt = null
    task.endedAt = null
    task.worker = null
  } else if (state === 'running') {
    task.startedAt = event.at
    task.firstStartedAt ??= event.at
    task.worker = event.worker
  } else if (isFinished(state)) {
    task.startedAt ??= event.at
    task.endedAt = event.at
  } else if (state === 'none') {
    task.firstStartedAt = null
    task.startedAt = null
    task.endedAt = null
  }
}
