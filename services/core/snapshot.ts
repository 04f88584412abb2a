/**
 * A column's state as plain JSON parts and back: for checkpoints, archived runs, and the working copy. What follows from the rest (timers, ready
 * lists, counts) is not written but made again. A part has a name and changes as a whole: `column`, `dag/<id>`, `version/<dag>/<version>`,
 * `run/<dag>/<run>`.
 */
import { type Column, type Dag, emptyColumn, newReadyHeap, newTasks, type Run, type TaskInstance, type VersionState, versionState } from './column-state.ts'
import type { DagDefinition } from './dag.ts'
import { isFinished, isRunFinished, isWithWorker } from './states.ts'
import { countUpstream } from './upstream-counts.ts'

export type TaskSnapshot = Omit<TaskInstance, 'upstream'>
export type RunSnapshot = Omit<Run, 'tasks' | 'ready' | 'version' | 'unfinished' | 'active' | 'xcoms'> & {
  readonly version: string
  readonly tasks: readonly TaskSnapshot[]
}
type VersionSnapshot = { readonly dagId: string; readonly version: string; readonly definition: DagDefinition; readonly bundle: string | null }
type DagSnapshot = Omit<Dag, 'versions' | 'runs' | 'byLogicalDate' | 'queued' | 'running' | 'finished' | 'archived'> & {
  readonly queued: readonly string[]
  readonly finished: readonly string[]
  readonly archived: readonly (Dag['archived'] extends Map<string, infer Entry> ? Entry : never)[]
  /** Runs in memory, oldest first. */
  readonly runs: readonly string[]
}

export type Part =
  | { readonly kind: 'column'; readonly at: number; readonly answered: readonly (readonly [string, number])[]; readonly dags: readonly string[] }
  | { readonly kind: 'dag'; readonly dag: DagSnapshot }
  | { readonly kind: 'version'; readonly version: VersionSnapshot }
  | { readonly kind: 'run'; readonly run: RunSnapshot }

/** Every part of the column by name, made only when asked for: a checkpoint asks for those that changed. */
export const partsOf = (column: Column): Map<string, () => Part> => {
  const parts = new Map<string, () => Part>([
    ['column', () => ({ kind: 'column', at: column.at, answered: [...column.answered], dags: [...column.dags.keys()] })],
  ])
  for (const dag of column.dags.values()) {
    parts.set(`dag/${dag.dagId}`, () => ({ kind: 'dag', dag: dagSnapshot(dag) }))
    for (const { version, definition, bundle } of dag.versions.values())
      parts.set(`version/${dag.dagId}/${version}`, () => ({ kind: 'version', version: { dagId: dag.dagId, version, definition, bundle } }))
    for (const run of dag.runs.values()) parts.set(`run/${dag.dagId}/${run.runId}`, () => ({ kind: 'run', run: runSnapshot(run) }))
  }
  return parts
}

/** Names of the parts that an event changes. */
export const partsChangedBy = (event: { readonly type: string; readonly dagId?: string; readonly runId?: string | null }): readonly string[] => {
  if (event.dagId === undefined) return ['column']
  if (event.type === 'TaskStateChanged') return [`run/${event.dagId}/${event.runId}`]
  return event.runId ? ['column', `dag/${event.dagId}`, `run/${event.dagId}/${event.runId}`] : ['column', `dag/${event.dagId}`]
}

const dagSnapshot = ({ versions: _versions, runs, byLogicalDate: _derived, queued, running: _counted, finished, archived, ...dag }: Dag): DagSnapshot => ({
  ...dag,
  queued: [...queued],
  finished: [...finished],
  archived: [...archived.values()],
  runs: [...runs.keys()],
})

export const runSnapshot = ({ tasks, ready: _ready, version, unfinished: _unfinished, active: _active, xcoms: _xcoms, ...run }: Run): RunSnapshot => ({
  ...run,
  version: version.version,
  tasks: [...tasks.values()].map(({ upstream: _upstream, ...task }) => task),
})

export const columnFrom = (parts: readonly Part[]): Column => {
  const column = emptyColumn()
  const head = parts.find((part) => part.kind === 'column')
  if (head) {
    column.at = head.at
    for (const [id, at] of head.answered) column.answered.set(id, at)
  }
  const saved = new Map(parts.flatMap((part) => (part.kind === 'dag' ? [[part.dag.dagId, part.dag] as const] : [])))
  for (const dagId of head?.dags ?? []) {
    const dag = saved.get(dagId)
    if (dag) column.dags.set(dagId, emptyDag(dag))
  }
  for (const part of parts)
    if (part.kind === 'version')
      column.dags.get(part.version.dagId)?.versions.set(part.version.version, versionState(part.version.version, part.version.definition, part.version.bundle))
  const runs = new Map(parts.flatMap((part) => (part.kind === 'run' ? [[`${part.run.dagId}/${part.run.runId}`, part.run] as const] : [])))
  for (const dag of column.dags.values()) {
    for (const runId of saved.get(dag.dagId)?.runs ?? []) addRun(dag, runs.get(`${dag.dagId}/${runId}`))
    setTimers(column, dag)
  }
  return column
}

/** A copy that shares nothing that changes: the working column starts as one of what was read back. */
export const copyOf = (column: Column): Column => columnFrom([...partsOf(column).values()].map((part) => part()))

const emptyDag = ({ queued, finished, archived, runs: _ids, ...saved }: DagSnapshot): Dag => {
  const dag: Dag = {
    ...saved,
    versions: new Map(),
    runs: new Map(),
    byLogicalDate: new Map(),
    queued: new Set(queued),
    finished: new Set(finished),
    archived: new Map(archived.map((entry) => [entry.runId, entry])),
    running: 0,
  }
  for (const entry of archived) if (entry.logicalDate !== null) dag.byLogicalDate.set(entry.logicalDate, entry.runId)
  return dag
}

const addRun = (dag: Dag, saved: RunSnapshot | undefined): void => {
  const version = saved && dag.versions.get(saved.version)
  if (!saved || !version) return
  const run = runFrom(saved, version)
  dag.runs.set(run.runId, run)
  if (run.logicalDate !== null) dag.byLogicalDate.set(run.logicalDate, run.runId)
  if (run.state === 'running') dag.running++
}

export const runFrom = ({ tasks, version: _name, ...saved }: RunSnapshot, version: VersionState): Run => {
  const fresh = newTasks(version.graph)
  const run: Run = { ...saved, version, tasks: fresh, unfinished: 0, active: 0, ready: newReadyHeap(), xcoms: 0 }
  for (const task of tasks) {
    const upstream = fresh.get(task.key)?.upstream
    if (upstream) fresh.set(task.key, { ...task, upstream })
  }
  for (const task of fresh.values()) {
    if (isFinished(task.state)) countUpstream(run, task, task.state, 1)
    else run.unfinished++
    if (isWithWorker(task.state)) run.active++
    if (task.state === 'scheduled') run.ready.push(task)
    if (task.xcoms.length > 0) run.xcoms++
  }
  return run
}

const setTimers = (column: Column, dag: Dag): void => {
  if (dag.next) column.timers.push({ at: dag.next.runAfter, dagId: dag.dagId, runId: '', key: '' })
  for (const run of dag.runs.values()) {
    if (isRunFinished(run.state)) continue
    const timer = { dagId: dag.dagId, runId: run.runId }
    if (run.state === 'queued') column.timers.push({ ...timer, at: run.runAfter, key: '' })
    const timeoutMs = run.version.definition.dagrunTimeoutMs
    if (run.state === 'running' && timeoutMs !== null) column.timers.push({ ...timer, at: (run.startedAt ?? run.queuedAt) + timeoutMs, key: '' })
    for (const task of run.tasks.values()) if (task.dueAt !== null) column.timers.push({ ...timer, at: task.dueAt, key: task.key })
  }
}
