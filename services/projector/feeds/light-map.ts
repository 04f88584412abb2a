/**
 * What the feeds must know of a column to write whole rows: its DAGs, and its runs, folded from the journal. Plain data, no I/O. Definitions are
 * kept as the three words of each task that a task event carries.
 */
import type { RunWindow } from '../../../schemas/generated/records.ts'
import type { DagDefinition } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { adoptedDag } from '../../core/normal-dag.ts'
import type { Part } from '../../core/snapshot.ts'
import type { JournalEvent } from '../../platform/bus/journal.ts'

export interface TaskWords {
  readonly operator: string
  readonly queue: string
  readonly pool: string
}

export interface LightDag {
  n: number
  paused: boolean
  removed: boolean
  version: string
  next: RunWindow | null
  readonly tasksOf: Map<string, ReadonlyMap<string, TaskWords>>
}

export interface LightRun {
  readonly version: string
  readonly runType: string
  readonly logicalDate: number | null
  readonly dataIntervalStart: number | null
  readonly dataIntervalEnd: number | null
  readonly runAfter: number
  readonly conf: string
  readonly triggeredBy: string
  readonly note: string | null
  state: string
  reason: string | null
  queuedAt: number
  startedAt: number | null
  endedAt: number | null
}

export interface LightMap {
  readonly dags: Map<string, LightDag>
  readonly runs: Map<string, LightRun>
}

export const emptyLightMap = (): LightMap => ({ dags: new Map(), runs: new Map() })

/** The map of a column as of its checkpoint. */
export const lightMapFrom = (parts: readonly Part[]): LightMap => {
  const map = emptyLightMap()
  for (const part of parts) {
    if (part.kind === 'dag') {
      const { dagId, n, paused, removed, version, next } = part.dag
      map.dags.set(dagId, { n, paused, removed, version, next, tasksOf: new Map() })
    } else if (part.kind === 'run') {
      const { dagId, runId, version, runType, logicalDate, dataIntervalStart, dataIntervalEnd, runAfter, conf, triggeredBy, note } = part.run
      const { state, queuedAt, startedAt, endedAt } = part.run
      const fixed = { version, runType, logicalDate, dataIntervalStart, dataIntervalEnd, runAfter, conf, triggeredBy, note }
      // A reason stands in the event that gives it, and is told with that one.
      map.runs.set(runKey(dagId, runId), { ...fixed, state, reason: null, queuedAt, startedAt, endedAt })
    }
  }
  for (const part of parts) if (part.kind === 'version') map.dags.get(part.version.dagId)?.tasksOf.set(part.version.version, wordsOf(part.version.definition))
  return map
}

export const runKey = (dagId: string, runId: string): string => `${dagId}/${runId}`

/** One event into the map. Throws `impossible_history` when it names what the journal never made. */
export const noteEvent = (map: LightMap, event: JournalEvent): void => {
  switch (event.type) {
    case 'DagAdopted': {
      const known = map.dags.get(event.dagId)
      const { paused, tasks } = readDefinition(event.dagId, event.definition)
      const dag = known ?? { n: event.n, paused, removed: false, version: event.version, next: null, tasksOf: new Map() }
      Object.assign(dag, { n: event.n, removed: false, version: event.version })
      dag.tasksOf.set(event.version, tasks)
      map.dags.set(event.dagId, dag)
      return
    }
    case 'DagRemoved':
      Object.assign(dagOf(map, event.dagId), { n: event.n, removed: true, next: null })
      return
    case 'DagPauseChanged':
      Object.assign(dagOf(map, event.dagId), { n: event.n, paused: event.paused })
      return
    case 'NextRunPlanned':
      Object.assign(dagOf(map, event.dagId), { n: event.n, next: event.next })
      return
    case 'RunCreated': {
      const { version, runType, logicalDate, dataIntervalStart, dataIntervalEnd, runAfter, conf, triggeredBy, note } = event
      const dates = { state: 'queued', reason: null, queuedAt: event.at, startedAt: null, endedAt: null }
      map.runs.set(runKey(event.dagId, event.runId), {
        version,
        runType,
        logicalDate,
        dataIntervalStart,
        dataIntervalEnd,
        runAfter,
        conf,
        triggeredBy,
        note,
        ...dates,
      })
      return
    }
    case 'RunStateChanged': {
      const run = runOf(map, event.dagId, event.runId)
      run.state = event.state
      run.reason = event.reason
      if (event.state === 'queued') Object.assign(run, { queuedAt: event.at, startedAt: null, endedAt: null })
      else if (event.state === 'running') Object.assign(run, { startedAt: run.startedAt ?? event.at, endedAt: null })
      else run.endedAt = event.at
      return
    }
    case 'TaskStateChanged':
    case 'CommandAnswered':
    case 'InputsLost':
      return
    case 'RunArchived': // it leaves the column's memory; no event names it before another has brought it back
    case 'RunForgotten':
      map.runs.delete(runKey(event.dagId, event.runId))
      return
    default:
      event satisfies never
  }
}

export const dagOf = (map: LightMap, dagId: string): LightDag => {
  const dag = map.dags.get(dagId)
  if (!dag) throw new MillraceError('impossible_history', `DAG ${dagId}: the journal never adopted it`)
  return dag
}

export const runOf = (map: LightMap, dagId: string, runId: string): LightRun => {
  const run = map.runs.get(runKey(dagId, runId))
  if (!run) throw new MillraceError('impossible_history', `run ${runId} of DAG ${dagId}: the journal never made it`)
  return run
}

const readDefinition = (dagId: string, definition: string): { readonly paused: boolean; readonly tasks: ReadonlyMap<string, TaskWords> } => {
  const dag = adoptedDag(JSON.parse(definition))
  if (!dag) throw new MillraceError('impossible_history', `DAG ${dagId}: the scheduler adopted something that is no DAG`)
  return { paused: dag.pausedUponCreation, tasks: wordsOf(dag) }
}

const wordsOf = ({ tasks }: DagDefinition): ReadonlyMap<string, TaskWords> =>
  new Map(tasks.map(({ taskId, operator, queue, pool }) => [taskId, { operator, queue, pool }]))
