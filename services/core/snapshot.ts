/**
 * A column's state as plain JSON parts and back: for checkpoints, archived runs, and the working copy. What follows from the rest (timers, ready
 * lists, counts) is not written but made again. A part has a name and changes as a whole: `column`, `dag/<id>`, `version/<dag>/<version>`,
 * `run/<dag>/<run>`, and what waits for a DAG (snapshot-arrivals.ts).
 */
import {
  type Backfill,
  type Column,
  type Dag,
  emptyColumn,
  laneOf,
  newReadyHeap,
  type Run,
  type TaskInstance,
  type VersionState,
  versionState,
} from './column-state.ts'
import type { DagDefinition } from './dag.ts'
import type { Arrivals } from './dataset-arrivals.ts'
import type { Event } from './events.ts'
import { hasMore } from './evolve-backfill.ts'
import { addConsumer, setWindowTimer } from './evolve-dataset.ts'
import { noGate } from './gate.ts'
import { parkOrReady } from './places.ts'
import { forgetsAt } from './retention.ts'
import { addDate } from './run-dates.ts'
import { adoptGraph, countActive } from './run-instances.ts'
import { type ArrivalsPart, type ArrivalsSnapshot, arrivalsFrom, arrivalsParts, arrivalsSnapshot, idsName, waitsName } from './snapshot-arrivals.ts'
import { isRunFinished, isWithWorker } from './states.ts'

export type TaskSnapshot = Omit<TaskInstance, 'gate' | 'inner'>
type RunDerived = 'tasks' | 'mapped' | 'gates' | 'ready' | 'version' | 'unfinished' | 'moving' | 'active' | 'activeOf' | 'xcoms'
export type RunSnapshot = Omit<Run, RunDerived> & {
  readonly version: string
  readonly tasks: readonly TaskSnapshot[]
}
type VersionSnapshot = { readonly dagId: string; readonly version: string; readonly definition: DagDefinition; readonly bundle: string | null }
type BackfillSnapshot = Omit<Backfill, 'queued' | 'running'> & { readonly queued: readonly string[] }
type DagDerived =
  | 'versions'
  | 'runs'
  | 'byLogicalDate'
  | 'dates'
  | 'queued'
  | 'running'
  | 'finished'
  | 'archived'
  | 'backfills'
  | 'activeOf'
  | 'parked'
  | 'reviving'
  | 'forgetsAt'
  | 'arrivals'
type DagSnapshot = Omit<Dag, DagDerived> & {
  readonly queued: readonly string[]
  readonly finished: readonly string[]
  readonly archived: readonly (Dag['archived'] extends Map<string, infer Entry> ? Entry : never)[]
  readonly backfills: readonly BackfillSnapshot[]
  readonly arrivals?: ArrivalsSnapshot | null
  /** Runs in memory, oldest first. */
  readonly runs: readonly string[]
}

export type Part =
  | {
      readonly kind: 'column'
      readonly at: number
      readonly answered: readonly (readonly [string, number])[]
      readonly dags: readonly string[]
      readonly lost: readonly string[]
    }
  | { readonly kind: 'dag'; readonly dag: DagSnapshot }
  | { readonly kind: 'version'; readonly version: VersionSnapshot }
  | { readonly kind: 'run'; readonly run: RunSnapshot }
  | ArrivalsPart

/** Every part of the column by name, made only when asked for: a checkpoint asks for those that changed. */
export const partsOf = (column: Column): Map<string, () => Part> => {
  const parts = new Map<string, () => Part>([
    ['column', () => ({ kind: 'column', at: column.at, answered: [...column.answered], dags: [...column.dags.keys()], lost: [...column.lost] })],
  ])
  for (const dag of column.dags.values()) {
    parts.set(`dag/${dag.dagId}`, () => ({ kind: 'dag', dag: dagSnapshot(dag) }))
    if (dag.arrivals.next > 0) for (const [name, part] of arrivalsParts(dag.dagId, dag.arrivals)) parts.set(name, part)
    for (const { version, definition, bundle } of dag.versions.values())
      parts.set(`version/${dag.dagId}/${version}`, () => ({ kind: 'version', version: { dagId: dag.dagId, version, definition, bundle } }))
    for (const run of dag.runs.values()) parts.set(`run/${dag.dagId}/${run.runId}`, () => ({ kind: 'run', run: runSnapshot(run) }))
  }
  return parts
}

/** Names of the parts that an event changes. */
export const partsChangedBy = (event: Event): readonly string[] => {
  if (!('dagId' in event)) return ['column']
  if (event.type === 'DatasetEventArrived') return [`dag/${event.dagId}`, waitsName(event.dagId, event.arrival), idsName(event.dagId, event.arrival)]
  if (event.type === 'DatasetEventsSkipped') return ['column', `dag/${event.dagId}`]
  if (event.type === 'TaskStateChanged' || event.type === 'TaskMapped') return [`run/${event.dagId}/${event.runId}`]
  return 'runId' in event && event.runId ? ['column', `dag/${event.dagId}`, `run/${event.dagId}/${event.runId}`] : ['column', `dag/${event.dagId}`]
}

const dagSnapshot = (dag: Dag): DagSnapshot => {
  const {
    versions: _versions,
    byLogicalDate: _byDate,
    dates: _dates,
    running: _running,
    activeOf: _activeOf,
    parked: _parked,
    reviving: _r,
    forgetsAt: _at,
    arrivals,
    ...rest
  } = dag
  return {
    ...rest,
    queued: [...dag.queued],
    finished: [...dag.finished],
    archived: [...dag.archived.values()],
    backfills: [...dag.backfills.values()].map(({ running: _counted, queued, ...backfill }) => ({ ...backfill, queued: [...queued] })),
    arrivals: arrivalsSnapshot(arrivals),
    runs: [...dag.runs.keys()],
  }
}

export const runSnapshot = (run: Run): RunSnapshot => {
  const { tasks, mapped: _mapped, gates: _gates, ready: _ready, version, unfinished: _u, moving: _m, active: _a, activeOf: _o, xcoms: _x, ...rest } = run
  return { ...rest, version: version.version, tasks: [...tasks.values()].map(({ gate: _gate, inner: _inner, ...task }) => task) }
}

export const columnFrom = (parts: readonly Part[]): Column => {
  const column = emptyColumn()
  const head = parts.find((part) => part.kind === 'column')
  if (head) {
    column.at = head.at
    for (const [id, at] of head.answered) column.answered.set(id, at)
    for (const name of head.lost ?? []) column.lost.add(name)
  }
  const saved = new Map(parts.flatMap((part) => (part.kind === 'dag' ? [[part.dag.dagId, part.dag] as const] : [])))
  const waits = new Map<string, ArrivalsPart[]>()
  for (const part of parts) {
    if (part.kind !== 'waits' && part.kind !== 'ids') continue
    const ofDag = waits.get(part.dagId)
    if (ofDag) ofDag.push(part)
    else waits.set(part.dagId, [part])
  }
  for (const dagId of head?.dags ?? []) {
    const dag = saved.get(dagId)
    if (dag) column.dags.set(dagId, emptyDag(dag, arrivalsFrom(dag.arrivals, waits.get(dagId) ?? [])))
  }
  for (const part of parts)
    if (part.kind === 'version')
      column.dags.get(part.version.dagId)?.versions.set(part.version.version, versionState(part.version.version, part.version.definition, part.version.bundle))
  const runs = new Map(parts.flatMap((part) => (part.kind === 'run' ? [[`${part.run.dagId}/${part.run.runId}`, part.run] as const] : [])))
  for (const dag of column.dags.values()) {
    for (const runId of saved.get(dag.dagId)?.runs ?? []) addRun(dag, runs.get(`${dag.dagId}/${runId}`))
    for (const uri of dag.arrivals.cursors.keys()) addConsumer(column, dag, uri)
    parkOrReady(dag)
    setTimers(column, dag)
  }
  return column
}

/** A copy that shares nothing that changes: the working column starts as one of what was read back. */
export const copyOf = (column: Column): Column => columnFrom([...partsOf(column).values()].map((part) => part()))

const emptyDag = ({ queued, finished, archived, backfills, arrivals: _saved, runs: _ids, ...saved }: DagSnapshot, arrivals: Arrivals): Dag => {
  const dag: Dag = {
    ...saved,
    failedInARow: saved.failedInARow ?? 0,
    held: saved.held ?? [],
    reviving: '',
    forgetsAt: 0,
    versions: new Map(),
    runs: new Map(),
    byLogicalDate: new Map(),
    dates: [],
    queued: new Set(queued),
    finished: new Set(finished),
    archived: new Map(archived.map((entry) => [entry.runId, entry])),
    running: 0,
    backfills: new Map((backfills ?? []).map((backfill) => [backfill.backfillId, { ...backfill, queued: new Set(backfill.queued), running: 0 }])),
    activeOf: new Map(),
    parked: new Map(),
    arrivals,
  }
  for (const entry of archived) if (entry.logicalDate !== null) addDate(dag, entry.logicalDate, entry.runId)
  return dag
}

const addRun = (dag: Dag, saved: RunSnapshot | undefined): void => {
  const version = saved && dag.versions.get(saved.version)
  if (!saved || !version) return
  const run = runFrom(saved, version)
  dag.runs.set(run.runId, run)
  if (run.logicalDate !== null) addDate(dag, run.logicalDate, run.runId)
  if (run.state === 'running') laneOf(dag, run).running++
  for (const task of run.tasks.values())
    if (isWithWorker(task.state)) countActive(dag.activeOf, version.graph.tasks.get(task.taskId)?.definition.maxActiveTis ?? null, task.taskId, 1)
}

export const runFrom = ({ tasks, version: _name, ...saved }: RunSnapshot, version: VersionState): Run => {
  const run: Run = {
    ...{
      ...saved,
      backfillId: saved.backfillId ?? null,
      datasetEvents: saved.datasetEvents ?? [],
      version,
      tasks: new Map(),
      mapped: new Map(),
      gates: new Map(),
    },
    ...{ unfinished: 0, moving: 0, active: 0, activeOf: new Map(), ready: newReadyHeap(), xcoms: 0 },
  }
  // What an older release wrote lacks the newer fields.
  for (const task of tasks) run.tasks.set(task.key, { ...newFields, ...task, gate: noGate, inner: null })
  for (const task of tasks) {
    if (task.mapIndex < 0 || run.tasks.has(task.taskId)) continue
    const instances = run.mapped.get(task.taskId) ?? []
    run.mapped.set(task.taskId, instances)
    const instance = run.tasks.get(task.key)
    if (instance) instances[task.mapIndex] = instance
  }
  adoptGraph(run)
  return run
}

const newFields = { note: null, chosen: null, resultLength: null, triesBefore: 0, tryStartedAt: null, trigger: null, resume: null }

const setTimers = (column: Column, dag: Dag): void => {
  if (dag.next) column.timers.push({ at: dag.next.runAfter, dagId: dag.dagId, runId: '', key: '' })
  const tooOldAt = forgetsAt(dag)
  if (tooOldAt !== null) {
    dag.forgetsAt = tooOldAt
    column.timers.push({ at: tooOldAt, dagId: dag.dagId, runId: '', key: '' })
  }
  setWindowTimer(column, dag)
  if (dag.arrivals.waits > 0 || [...dag.backfills.values()].some(hasMore)) column.timers.push({ at: column.at, dagId: dag.dagId, runId: '', key: '' })
  for (const run of dag.runs.values()) {
    if (isRunFinished(run.state)) continue
    const timer = { dagId: dag.dagId, runId: run.runId }
    if (run.state === 'queued') column.timers.push({ ...timer, at: run.runAfter, key: '' })
    const timeoutMs = run.version.definition.dagrunTimeoutMs
    if (run.state === 'running' && timeoutMs !== null) column.timers.push({ ...timer, at: (run.startedAt ?? run.queuedAt) + timeoutMs, key: '' })
    for (const task of run.tasks.values()) if (task.dueAt !== null) column.timers.push({ ...timer, at: task.dueAt, key: task.key })
  }
}
