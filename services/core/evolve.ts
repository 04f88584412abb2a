/**
 * evolve: one event into the column's state. It reads no table, no clock and no chance: what it needs stands in the event. It never refuses: an
 * event is a fact. One that names a run or instance that is not there is impossible history and throws, so that the reader can quarantine it.
 */
import type { Command, RunWindow } from '../../schemas/generated/records.ts'
import { type Column, type Dag, versionState } from './column-state.ts'
import { noArrivals, skipEvents } from './dataset-arrivals.ts'
import type { Event, EventOf } from './events.ts'
import { archiveRun, forgetRun, reviveRun } from './evolve-archive.ts'
import { changeBackfill, createBackfill } from './evolve-backfill.ts'
import { consume, setWindowTimer, takeIn } from './evolve-dataset.ts'
import { changeRun, changeVersion, createRun } from './evolve-run.ts'
import { changeNote, changeTask, mapTask } from './evolve-task.ts'
import { dagOf, impossible } from './impossible.ts'
import { adoptedDag } from './normal-dag.ts'
import { keptEvents } from './quarantine.ts'

/** A whole decision, as readers of the journal apply it. Answers the events that counted: all, unless a record was lost (quarantine.ts). */
export const fold = (column: Column, decision: { readonly at: number; readonly events: readonly Event[] }): readonly Event[] => {
  const events = column.lost.size === 0 ? decision.events : keptEvents(column.lost, decision.events)
  for (const event of events) evolve(column, event)
  if (decision.at > column.at) column.at = decision.at
  // Whoever folds does not decide: timers that were due are behind it, and a copy makes its own.
  for (let timer = column.timers.peek(); timer && timer.at <= column.at; timer = column.timers.peek()) column.timers.pop()
  return events
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
      consume(column, dag, null, [])
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
      return createRun(column, dagOf(column, event.dagId), event)
    case 'RunStateChanged':
      return changeRun(column, dagOf(column, event.dagId), event)
    case 'RunVersionChanged':
      return changeVersion(dagOf(column, event.dagId), event)
    case 'TaskMapped':
      return mapTask(dagOf(column, event.dagId), event)
    case 'TaskStateChanged':
      return changeTask(column, dagOf(column, event.dagId), event)
    case 'CommandAnswered': {
      const dag = column.dags.get(event.dagId)
      if (dag) {
        dag.n = event.n
        if (dag.held.length > 0) dag.held = dag.held.filter(({ command }) => command.id !== event.commandId)
      }
      remember(column, event.commandId, event.at)
      return
    }
    case 'RunArchived':
      return archiveRun(dagOf(column, event.dagId), event)
    case 'NoteChanged':
      return changeNote(dagOf(column, event.dagId), event)
    case 'RunRevived':
      return reviveRun(dagOf(column, event.dagId), event)
    case 'CommandHeld': {
      const dag = dagOf(column, event.dagId)
      dag.held = [...dag.held, { command: JSON.parse(event.command) as Command, cause: { column: event.column, offset: event.offset } }]
      return
    }
    case 'RunForgotten':
      return forgetRun(dagOf(column, event.dagId), event.runId)
    case 'RunsQuarantined':
      column.lost.clear()
      return
    case 'InputsLost': // where the column goes on stands in the positions of its record
      return
    case 'BackfillCreated':
      return createBackfill(dagOf(column, event.dagId), event)
    case 'BackfillStateChanged':
      return changeBackfill(column, dagOf(column, event.dagId), event)
    case 'DatasetEventArrived':
      return takeIn(column, dagOf(column, event.dagId), event)
    case 'DatasetEventsSkipped': {
      const dag = dagOf(column, event.dagId)
      dag.n = event.n
      skipEvents(dag.arrivals, event.through)
      return setWindowTimer(column, dag)
    }
    default:
      event satisfies never
  }
}

const rememberAnswersMs = 86_400_000

const remember = (column: Column, commandId: string, at: number): void => {
  column.answered.set(commandId, at)
  for (const [id, then] of column.answered) {
    if (then > at - rememberAnswersMs) return // oldest first
    column.answered.delete(id)
  }
}

const adoptDag = (column: Column, event: EventOf<'DagAdopted'>): void => {
  const definition = adoptedDag(JSON.parse(event.definition)) ?? impossible(`definition of DAG ${event.dagId} version ${event.version}`)
  const version = versionState(event.version, definition, event.bundle)
  const known = column.dags.get(event.dagId)
  if (known) {
    known.n = event.n
    known.removed = false
    known.version = event.version
    known.tableOffset = event.tableOffset
    known.versions.set(event.version, known.versions.get(event.version) ?? version)
    consume(column, known, definition.datasets, event.datasetPositions)
    return
  }
  const dag: Dag = {
    dagId: event.dagId,
    n: event.n,
    paused: definition.pausedUponCreation,
    removed: false,
    version: event.version,
    tableOffset: event.tableOffset,
    versions: new Map([[event.version, version]]),
    runs: new Map(),
    byLogicalDate: new Map(),
    dates: [],
    finished: new Set(),
    archived: new Map(),
    queued: new Set(),
    running: 0,
    next: null,
    last: null,
    lastSuccess: null,
    failedInARow: 0,
    backfills: new Map(),
    held: [],
    reviving: '',
    forgetsAt: 0,
    activeOf: new Map(),
    parked: new Map(),
    arrivals: noArrivals(),
  }
  column.dags.set(event.dagId, dag)
  consume(column, dag, definition.datasets, event.datasetPositions)
}

const planNext = (column: Column, dag: Dag, n: number, next: RunWindow | null): void => {
  dag.n = n
  dag.next = next
  if (next) column.timers.push({ at: next.runAfter, dagId: dag.dagId, runId: '', key: '' })
}
