/**
 * evolve: one event into the column's state. It reads no table, no clock and no chance: what it needs stands in the event. It never refuses: an
 * event is a fact. One that names a run or instance that is not there is impossible history and throws, so that the reader can quarantine it.
 */
import type { RunWindow } from '../../schemas/generated/records.ts'
import { type Column, type Dag, versionState } from './column-state.ts'
import type { Event, EventOf } from './events.ts'
import { changeBackfill, createBackfill } from './evolve-backfill.ts'
import { archiveRun, changeRun, changeVersion, createRun, forgetRun } from './evolve-run.ts'
import { changeTask, mapTask } from './evolve-task.ts'
import { dagOf, impossible } from './impossible.ts'
import { adoptedDag } from './normal-dag.ts'

/** A whole decision, as readers of the journal apply it. */
export const fold = (column: Column, decision: { readonly at: number; readonly events: readonly Event[] }): void => {
  for (const event of decision.events) evolve(column, event)
  if (decision.at > column.at) column.at = decision.at
  // Whoever folds does not decide: timers that were due are behind it, and a copy makes its own.
  for (let timer = column.timers.peek(); timer && timer.at <= column.at; timer = column.timers.peek()) column.timers.pop()
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
    case 'BackfillCreated':
      return createBackfill(dagOf(column, event.dagId), event)
    case 'BackfillStateChanged':
      return changeBackfill(column, dagOf(column, event.dagId), event)
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
    return
  }
  column.dags.set(event.dagId, {
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
    activeOf: new Map(),
    parked: new Map(),
  })
}

const planNext = (column: Column, dag: Dag, n: number, next: RunWindow | null): void => {
  dag.n = n
  dag.next = next
  if (next) column.timers.push({ at: next.runAfter, dagId: dag.dagId, runId: '', key: '' })
}
