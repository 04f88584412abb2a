/**
 * What the feeds must know of a column to write whole rows: its DAGs, and its runs, folded from the journal. Plain data, no I/O. Definitions are
 * kept as the three words of each task that a task event carries.
 */
import type { RunWindow } from '../../../schemas/generated/records.ts'
import { parseArchived } from '../../core/archived-state.ts'
import type { BackfillTold } from '../../core/backfill-told.ts'
import type { DagDefinition } from '../../core/dag.ts'
import { urisOf } from '../../core/dataset-condition.ts'
import { MillraceError } from '../../core/errors.ts'
import { adoptedDag } from '../../core/normal-dag.ts'
import type { Part, RunSnapshot } from '../../core/snapshot.ts'
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
  readonly backfills: Map<string, LightBackfill>
  /** Pieces of a run that is coming back from the archive. */
  reviving: string
  /** Those that it waits for. */
  datasets: ReadonlySet<string>
  /** Before it was adopted or removed last. */
  former: ReadonlySet<string>
}

export interface LightBackfill {
  state: string
  told: BackfillTold
}

export interface LightRun {
  version: string
  readonly runType: string
  readonly logicalDate: number | null
  readonly dataIntervalStart: number | null
  readonly dataIntervalEnd: number | null
  readonly runAfter: number
  readonly conf: string
  readonly triggeredBy: string
  note: string | null
  backfillId: string | null
  state: string
  reason: string | null
  /** Mapped tasks: how many instances there were before they were expanded last, and since. */
  readonly mapped: Map<string, { readonly before: number; readonly length: number }>
  queuedAt: number
  startedAt: number | null
  endedAt: number | null
}

export interface LightMap {
  readonly dags: Map<string, LightDag>
  readonly runs: Map<string, LightRun>
  /** What records that nobody can read were about (core/quarantine.ts). */
  readonly lost: Set<string>
}

const nothing: ReadonlySet<string> = new Set()

export const emptyLightMap = (): LightMap => ({ dags: new Map(), runs: new Map(), lost: new Set() })

/** The map of a column as of its checkpoint. */
export const lightMapFrom = (parts: readonly Part[]): LightMap => {
  const map = emptyLightMap()
  for (const part of parts) {
    if (part.kind === 'column') for (const name of part.lost ?? []) map.lost.add(name)
    if (part.kind === 'dag') {
      const { dagId, n, paused, removed, version, next, backfills, arrivals } = part.dag
      const datasets = new Set((arrivals?.cursors ?? []).map(([uri]) => uri))
      map.dags.set(dagId, {
        n,
        paused,
        removed,
        version,
        next,
        tasksOf: new Map(),
        backfills: new Map((backfills ?? []).map(savedBackfill)),
        reviving: '',
        datasets,
        former: datasets,
      })
    } else if (part.kind === 'run') {
      map.runs.set(runKey(part.run.dagId, part.run.runId), savedRun(part.run))
    }
  }
  for (const part of parts) if (part.kind === 'version') map.dags.get(part.version.dagId)?.tasksOf.set(part.version.version, wordsOf(part.version.definition))
  return map
}

const savedRun = (run: RunSnapshot): LightRun => {
  const { version, runType, logicalDate, dataIntervalStart, dataIntervalEnd, runAfter, conf, triggeredBy, note } = run
  const { state, queuedAt, startedAt, endedAt, backfillId, tasks } = run
  const fixed = { version, runType, logicalDate, dataIntervalStart, dataIntervalEnd, runAfter, conf, triggeredBy, note }
  // A reason stands in the event that gives it, and is told with that one.
  return { ...fixed, state, reason: null, queuedAt, startedAt, endedAt, backfillId: backfillId ?? null, mapped: mappedLengths(tasks) }
}

type SavedBackfill = Extract<Part, { kind: 'dag' }>['dag']['backfills'][number]

const savedBackfill = (saved: SavedBackfill): readonly [string, LightBackfill] => {
  const { backfillId, state, fromDate, toDate, reprocess, maxActiveRuns, newestFirst, conf, principal, createdAt, total, next, skipped } = saved
  const asked = { from: fromDate, to: toDate, reprocess, maxActiveRuns, newestFirst, conf, principal, createdAt }
  return [backfillId, { state, told: { ...asked, total, taken: next, skipped } }]
}

/** How many instances each mapped task of a run had at the checkpoint. */
const mappedLengths = (tasks: readonly { readonly taskId: string; readonly mapIndex: number }[]): LightRun['mapped'] => {
  const mapped = new Map<string, { readonly before: number; readonly length: number }>()
  for (const { taskId, mapIndex } of tasks)
    if (mapIndex >= 0) mapped.set(taskId, { before: 0, length: Math.max(mapIndex + 1, mapped.get(taskId)?.length ?? 0) })
  return mapped
}

export const runKey = (dagId: string, runId: string): string => `${dagId}/${runId}`

/** One event into the map. Throws `impossible_history` when it names what the journal never made. */
export const noteEvent = (map: LightMap, event: JournalEvent): void => {
  switch (event.type) {
    case 'DagAdopted': {
      const known = map.dags.get(event.dagId)
      const { paused, tasks, datasets } = readDefinition(event.dagId, event.definition)
      const dag = known ?? {
        n: event.n,
        paused,
        removed: false,
        version: event.version,
        next: null,
        tasksOf: new Map(),
        backfills: new Map(),
        reviving: '',
        datasets: nothing,
        former: nothing,
      }
      Object.assign(dag, { n: event.n, removed: false, version: event.version, datasets, former: dag.datasets })
      dag.tasksOf.set(event.version, tasks)
      map.dags.set(event.dagId, dag)
      return
    }
    case 'DagRemoved':
      Object.assign(dagOf(map, event.dagId), { n: event.n, removed: true, next: null, datasets: nothing, former: dagOf(map, event.dagId).datasets })
      return
    case 'DagPauseChanged':
      Object.assign(dagOf(map, event.dagId), { n: event.n, paused: event.paused })
      return
    case 'NextRunPlanned':
      Object.assign(dagOf(map, event.dagId), { n: event.n, next: event.next })
      return
    case 'RunCreated': {
      const { version, runType, logicalDate, dataIntervalStart, dataIntervalEnd, runAfter, conf, triggeredBy, note, backfillId } = event
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
        backfillId,
        mapped: new Map(),
        ...dates,
      })
      return
    }
    case 'RunStateChanged': {
      const run = runOf(map, event.dagId, event.runId)
      run.state = event.state
      run.reason = event.reason
      run.backfillId = event.backfillId ?? run.backfillId
      if (event.state === 'queued') Object.assign(run, { queuedAt: event.at, startedAt: null, endedAt: null })
      else if (event.state === 'running') Object.assign(run, { startedAt: run.startedAt ?? event.at, endedAt: null })
      else run.endedAt = event.at
      return
    }
    case 'RunVersionChanged':
      runOf(map, event.dagId, event.runId).version = event.version
      return
    case 'BackfillCreated':
      dagOf(map, event.dagId).n = event.n
      dagOf(map, event.dagId).backfills.set(event.backfillId, newBackfill(event))
      return
    case 'BackfillStateChanged': {
      const backfill = backfillOf(map, event.dagId, event.backfillId)
      dagOf(map, event.dagId).n = event.n
      backfill.state = event.state
      backfill.told = { ...backfill.told, taken: event.next, skipped: event.skipped }
      return
    }
    case 'TaskMapped': {
      const { mapped } = runOf(map, event.dagId, event.runId)
      mapped.set(event.taskId, { before: mapped.get(event.taskId)?.length ?? 0, length: event.length })
      return
    }
    case 'DatasetEventsSkipped':
      dagOf(map, event.dagId).n = event.n
      return
    case 'DatasetEventArrived':
    case 'TaskStateChanged':
    case 'CommandAnswered':
    case 'CommandHeld':
    case 'RunsQuarantined':
    case 'InputsLost':
      return
    case 'NoteChanged':
      if (event.taskId === null) runOf(map, event.dagId, event.runId).note = event.note
      return
    case 'RunRevived':
      return revive(map, event)
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

export const backfillOf = (map: LightMap, dagId: string, backfillId: string): LightBackfill => {
  const backfill = dagOf(map, dagId).backfills.get(backfillId)
  if (!backfill) throw new MillraceError('impossible_history', `backfill ${backfillId} of DAG ${dagId}: the journal never made it`)
  return backfill
}

const revive = (map: LightMap, { dagId, runId, state, last }: Extract<JournalEvent, { type: 'RunRevived' }>): void => {
  const dag = dagOf(map, dagId)
  const text = dag.reviving + state
  dag.reviving = last ? '' : text
  if (!last) return
  const archived = parseArchived(text)
  if (!archived) throw new MillraceError('impossible_history', `run ${runId} of DAG ${dagId}: what came back from the archive is no run`)
  const { run, definition } = archived
  map.runs.set(runKey(dagId, runId), savedRun(run))
  if (!dag.tasksOf.has(run.version)) dag.tasksOf.set(run.version, wordsOf(definition))
}

const newBackfill = (event: Extract<JournalEvent, { type: 'BackfillCreated' }>): LightBackfill => {
  const { fromDate, toDate, reprocess, maxActiveRuns, newestFirst, conf, principal, at, windows } = event
  const told = {
    from: fromDate,
    to: toDate,
    reprocess,
    maxActiveRuns,
    newestFirst,
    conf,
    principal,
    createdAt: at,
    total: windows.length,
    taken: 0,
    skipped: 0,
  }
  return { state: 'running', told }
}

const readDefinition = (
  dagId: string,
  definition: string,
): { readonly paused: boolean; readonly tasks: ReadonlyMap<string, TaskWords>; readonly datasets: ReadonlySet<string> } => {
  const dag = adoptedDag(JSON.parse(definition))
  if (!dag) throw new MillraceError('impossible_history', `DAG ${dagId}: the scheduler adopted something that is no DAG`)
  return { paused: dag.pausedUponCreation, tasks: wordsOf(dag), datasets: new Set(dag.datasets === null ? [] : urisOf(dag.datasets)) }
}

const wordsOf = ({ tasks }: DagDefinition): ReadonlyMap<string, TaskWords> =>
  new Map(tasks.map(({ taskId, operator, queue, pool }) => [taskId, { operator, queue, pool }]))
