/**
 * Records of the journal whose payload nobody can decode (PROTOCOL, "Column and journal"). Their headers say which runs they are about: for every reader
 * alike, what they held did not happen, nor what the same epoch decided about those runs on top of it. The owner begins another epoch, whose first
 * decision fails the runs that are still under way: a person may clear them.
 */
import type { Column } from './column-state.ts'
import type { Deciding } from './decide.ts'
import type { Event } from './events.ts'
import { endRun } from './run-end.ts'
import { isRunFinished } from './states.ts'

/** Longer than that, and a record names its DAGs instead of its runs. */
const maxNames = 8000

/** What a decision is about, as its record's header has it. */
export const namesOf = (events: readonly Event[]): readonly string[] => {
  const names = new Set<string>()
  let [lastDag, lastRun] = ['', '']
  let length = 0
  for (const event of events) {
    const runId = runOfEvent(event)
    if (runId === null || !('dagId' in event) || (event.dagId === lastDag && runId === lastRun)) continue
    ;[lastDag, lastRun] = [event.dagId, runId]
    const name = `${lastDag}/${lastRun}`
    if (!names.has(name)) length += name.length + 1
    names.add(name)
  }
  return length <= maxNames ? [...names] : [...new Set([...names].map((name) => name.slice(0, name.indexOf('/') + 1)))]
}

/** '' : the DAG as a whole, without which what follows has no ground. null: nothing that later decisions build on. */
const runOfEvent = (event: Event): string | null => {
  switch (event.type) {
    case 'DagAdopted':
    case 'BackfillCreated':
    case 'BackfillStateChanged':
    case 'DatasetEventArrived':
    case 'DatasetEventsSkipped':
      return ''
    case 'RunCreated': // what later runs take of dataset events lies behind what this one took
      return event.datasetEvents.length > 0 ? '' : event.runId
    case 'DagRemoved':
    case 'DagPauseChanged':
    case 'NextRunPlanned':
    case 'CommandAnswered':
    case 'CommandHeld':
    case 'InputsLost':
    case 'RunsQuarantined':
      return null
    default:
      return event.runId
  }
}

/** The events that count: all, but for those about what is lost. What is left out is lost as well. */
export const keptEvents = (lost: Set<string>, events: readonly Event[]): readonly Event[] => {
  const kept: Event[] = []
  for (const event of events) {
    // The end of the quarantine comes first in its decision; that a command was answered stays true.
    if (event.type === 'RunsQuarantined') lost.clear()
    const isAbout = 'dagId' in event && event.type !== 'CommandAnswered' && lost.size > 0
    const runId = isAbout ? runOfEvent(event) : null
    if (isAbout && (lost.has(`${event.dagId}/`) || (runId !== null && lost.has(`${event.dagId}/${runId}`)))) {
      if (runId) lost.add(`${event.dagId}/${runId}`)
    } else kept.push(event)
  }
  return kept
}

/** The first thing that an owner decides. */
export const quarantine = (d: Deciding): void => {
  const names = [...d.column.lost]
  if (names.length === 0) return
  d.emit({ type: 'RunsQuarantined', at: d.now, names })
  for (const name of names) {
    const dag = d.column.dags.get(name.slice(0, name.indexOf('/')))
    const run = dag?.runs.get(name.slice(name.indexOf('/') + 1))
    if (dag && run && !isRunFinished(run.state)) endRun(d, dag, run, 'quarantined', reason)
  }
}

const reason = 'quarantined: a decision about it could not be read back from the journal (see dead letters). Clear it to run it again'

/** A record of these names cannot be read. */
export const loseRecord = (column: Pick<Column, 'lost'>, names: readonly string[]): void => {
  for (const name of names) column.lost.add(name)
}
