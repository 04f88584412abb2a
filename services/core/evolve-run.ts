/** Events of a run into the column's state. */
import { type Column, type Dag, laneOf, newReadyHeap, type Run } from './column-state.ts'
import { takeEvents } from './dataset-arrivals.ts'
import type { EventOf } from './events.ts'
import { setWindowTimer } from './evolve-dataset.ts'
import { impossible, runOf } from './impossible.ts'
import { addDate } from './run-dates.ts'
import { adoptGraph, countActive, newInstances } from './run-instances.ts'
import { isWithWorker, type RunState, type RunType } from './states.ts'

export const createRun = (column: Column, dag: Dag, event: EventOf<'RunCreated'>): void => {
  const version = dag.versions.get(event.version) ?? impossible(`version ${event.version} of DAG ${dag.dagId}`)
  const instances = newInstances(version.graph)
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
    backfillId: event.backfillId,
    datasetEvents: event.datasetEvents.length > 0 ? takeEvents(dag.arrivals, event.datasetEvents) : [],
    state: 'queued',
    n: event.n,
    queuedAt: event.at,
    startedAt: null,
    endedAt: null,
    ...instances,
    unfinished: instances.tasks.size,
    moving: 0,
    active: 0,
    activeOf: new Map(),
    ready: newReadyHeap(),
    xcoms: 0,
  }
  dag.runs.set(run.runId, run)
  laneOf(dag, run).queued.add(run.runId)
  if (run.logicalDate !== null) addDate(dag, run.logicalDate, run.runId)
  if (run.runType === 'scheduled' && run.logicalDate !== null)
    dag.last = {
      logicalDate: run.logicalDate,
      dataIntervalStart: run.dataIntervalStart ?? run.logicalDate,
      dataIntervalEnd: run.dataIntervalEnd ?? run.logicalDate,
      runAfter: run.runAfter,
    }
  if (event.datasetEvents.length > 0) setWindowTimer(column, dag)
  if (run.runAfter > event.at) column.timers.push({ at: run.runAfter, dagId: dag.dagId, runId: run.runId, key: '' })
}

export const changeRun = (column: Column, dag: Dag, event: EventOf<'RunStateChanged'>): void => {
  const run = runOf(dag, event.runId)
  const state = event.state as RunState
  run.n = event.n
  if (run.state === 'running') laneOf(dag, run).running--
  laneOf(dag, run).queued.delete(run.runId)
  dag.finished.delete(run.runId)
  if (event.backfillId !== null) run.backfillId = event.backfillId
  run.state = state
  if (state === 'queued') {
    laneOf(dag, run).queued.add(run.runId)
    run.queuedAt = event.at
    run.startedAt = null
    run.endedAt = null
  } else if (state === 'running') {
    laneOf(dag, run).running++
    run.startedAt ??= event.at
    const timeoutMs = run.version.definition.dagrunTimeoutMs
    if (timeoutMs !== null) column.timers.push({ at: run.startedAt + timeoutMs, dagId: dag.dagId, runId: run.runId, key: '' })
  } else finishRun(dag, run, state, event.at)
}

const finishRun = (dag: Dag, run: Run, state: RunState, at: number): void => {
  run.endedAt = at
  dag.finished.add(run.runId)
  if (run.startedAt !== null) dag.failedInARow = state === 'failed' ? dag.failedInARow + 1 : 0
  if (state === 'success' && run.logicalDate !== null && run.logicalDate >= (dag.lastSuccess?.logicalDate ?? Number.NEGATIVE_INFINITY))
    dag.lastSuccess = { logicalDate: run.logicalDate, start: run.dataIntervalStart ?? run.logicalDate, end: run.dataIntervalEnd ?? run.logicalDate }
}

/** The run goes on with another version: its tasks are those of that version; instances of tasks that are gone stay as they are. */
export const changeVersion = (dag: Dag, event: EventOf<'RunVersionChanged'>): void => {
  const run = runOf(dag, event.runId)
  run.n = event.n
  countDagPlaces(dag, run, -1)
  run.version = dag.versions.get(event.version) ?? impossible(`version ${event.version} of DAG ${dag.dagId}`)
  adoptGraph(run)
  countDagPlaces(dag, run, 1)
}

const countDagPlaces = (dag: Dag, run: Run, by: 1 | -1): void => {
  for (const task of run.tasks.values())
    if (isWithWorker(task.state)) countActive(dag.activeOf, run.version.graph.tasks.get(task.taskId)?.definition.maxActiveTis ?? null, task.taskId, by)
}
