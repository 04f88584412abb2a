/**
 * The state of one column: its DAGs, their runs, their task instances, and the timers that follow from them. It is owned by the fold:
 * only `evolve` changes it, in place (a spread of a 1,000-task run per event would cost a thousand times more).
 */
import type { Command, RunWindow, TaskError, XCom } from '../../schemas/generated/records.ts'
import type { BackfillState } from './backfill-told.ts'
import type { DagDefinition } from './dag.ts'
import type { Arrivals, TriggeringEvent } from './dataset-arrivals.ts'
import type { Cause } from './events.ts'
import type { Gate } from './gate.ts'
import { type Graph, graphOf } from './graph.ts'
import { type Heap, makeHeap } from './heap.ts'
import type { RunState, RunType, TaskState } from './states.ts'

export interface Column {
  readonly dags: Map<string, Dag>
  /** Dataset -> the DAGs that wait for it; derived. */
  readonly consumers: Map<string, Set<Dag>>
  /** Command id -> when it was answered; kept for 24 h. */
  readonly answered: Map<string, number>
  /** By due time. An entry may be out of date: who pops it compares it with what it names. */
  readonly timers: Heap<Timer>
  /** What records that nobody can read were about (quarantine.ts); empty but until the next owner's first decision. */
  readonly lost: Set<string>
  /** Time of the newest decision: never goes back. */
  at: number
}

export interface Timer {
  readonly at: number
  readonly dagId: string
  /** '' : the DAG's schedule. */
  readonly runId: string
  /** '' : the run itself (its runAfter or its time-out). */
  readonly key: string
}

/** Runs that share a limit: those of a DAG, or those of one backfill. */
export interface Lane {
  /** Run ids in state queued, oldest first. */
  readonly queued: Set<string>
  running: number
}

export interface Dag extends Lane {
  readonly dagId: string
  n: number
  paused: boolean
  removed: boolean
  /** Newest adopted version. */
  version: string
  tableOffset: number
  readonly versions: Map<string, VersionState>
  readonly runs: Map<string, Run>
  /** Every run that is retained, in memory or archived: makes (dag, logical date) unique. */
  readonly byLogicalDate: Map<number, string>
  /** Its keys, sorted: finds the run before and the run after. */
  readonly dates: number[]
  /** Run ids of finished runs in memory, in the order they ended. */
  readonly finished: Set<string>
  /** Finished runs that left memory, oldest first. */
  readonly archived: Map<string, ArchivedRunEntry>
  next: RunWindow | null
  /** Window of the newest scheduled run. */
  last: RunWindow | null
  /** Interval of the last successful run by logical date. */
  lastSuccess: { readonly logicalDate: number; readonly start: number; readonly end: number } | null
  /** How many runs in a row ended as failed. */
  failedInARow: number
  readonly backfills: Map<string, Backfill>
  /** Commands that wait for archived runs, and those behind them, oldest first (decisions/0004). */
  held: readonly HeldCommand[]
  /** Pieces of a run that is coming back from the archive: '' but within a decision. */
  reviving: string
  /** When it looks for runs that are too old, as far as a timer is set; derived. */
  forgetsAt: number
  readonly arrivals: Arrivals
  /** Task with maxActiveTis -> how many instances of it are active, over all runs. */
  readonly activeOf: Map<string, number>
  /** Scheduled instances that wait for a place of their task, best first; derived, and popped by decide. Entries may be out of date. */
  readonly parked: Map<string, Heap<Parked>>
}

export interface HeldCommand {
  readonly command: Command
  readonly cause: Cause
}

export interface Parked {
  readonly run: Run
  readonly task: TaskInstance
}

/** SEMANTICS 5. Its runs have a lane of their own. */
export interface Backfill extends Lane {
  readonly backfillId: string
  readonly fromDate: number
  readonly toDate: number
  readonly reprocess: string
  readonly maxActiveRuns: number
  readonly newestFirst: boolean
  readonly conf: string
  readonly principal: string | null
  readonly createdAt: number
  /** What it goes through, in order; none when it is over. */
  windows: readonly RunWindow[]
  readonly total: number
  state: BackfillState
  /** How many windows were taken up, and how many of them made no run. */
  next: number
  skipped: number
}

export interface ArchivedRunEntry {
  readonly runId: string
  readonly logicalDate: number | null
  readonly state: RunState
  readonly n: number
  readonly endedAt?: number | null
  /** In the column of topic archive. */
  readonly offset: number
  /** Of a DAG that looks back: tasks that hold the next run's back, as they are neither success nor skipped. */
  readonly unsettled?: readonly string[]
}

export interface VersionState {
  readonly version: string
  readonly definition: DagDefinition
  readonly graph: Graph
  readonly bundle: string | null
}

export interface Run {
  readonly dagId: string
  readonly runId: string
  /** Pinned; changes only when a clear asks for the latest. */
  version: VersionState
  readonly runType: RunType
  readonly logicalDate: number | null
  readonly dataIntervalStart: number | null
  readonly dataIntervalEnd: number | null
  readonly runAfter: number
  readonly conf: string
  readonly triggeredBy: string
  note: string | null
  backfillId: string | null
  /** What made it, if dataset events did. */
  readonly datasetEvents: readonly TriggeringEvent[]
  state: RunState
  n: number
  queuedAt: number
  startedAt: number | null
  endedAt: number | null
  readonly tasks: Map<string, TaskInstance>
  /** Mapped tasks that were expanded -> their instances by index. */
  readonly mapped: Map<string, TaskInstance[]>
  /** Task -> what all its instances count (gate.ts). */
  readonly gates: Map<string, Gate>
  unfinished: number
  /** Unfinished instances that left state none: while there are any, the run goes on by itself. */
  moving: number
  /** Instances in state queued or running: they count against maxActiveTasks. */
  active: number
  /** Task with maxActiveTisPerRun -> how many of its instances are active. */
  readonly activeOf: Map<string, number>
  /** Instances in state scheduled, best first; entries may be out of date. */
  readonly ready: Heap<TaskInstance>
  /** How many instances left an XCom. */
  xcoms: number
}

export interface TaskInstance {
  readonly key: string
  readonly taskId: string
  readonly mapIndex: number
  /** Order of creation within the run. */
  readonly order: number
  readonly priority: number
  state: TaskState
  tryNumber: number
  /** Tries up to the last clear: they do not count against its retries. */
  triesBefore: number
  infraTries: number
  token: string | null
  dueAt: number | null
  /** It was rescheduled or deferred: the next queueing goes on with the same try. */
  poking: boolean
  note: string | null
  queuedAt: number | null
  startedAt: number | null
  firstStartedAt: number | null
  /** Start of its present try; a deferral does not begin another one. */
  tryStartedAt: number | null
  endedAt: number | null
  worker: string | null
  error: TaskError | null
  xcoms: readonly XCom[]
  /** Success of a branch, short circuit or latest-only: what it chose; null: it skips nothing. */
  chosen: readonly string[] | null
  /** Success: items of its result, when it is a list or a record. */
  resultLength: number | null
  /** deferred: JSON of its Deferral. */
  trigger: string | null
  /** From the trigger's event on, until the attempt ends that goes on with it: JSON of its Resume. */
  resume: string | null
  /** Shared by all instances of the task. */
  readonly gate: Gate
  /** In a mapped group: what it counts at its own index. */
  readonly inner: Gate | null
}

export const emptyColumn = (): Column => ({
  dags: new Map(),
  consumers: new Map(),
  answered: new Map(),
  lost: new Set(),
  timers: makeHeap((a, b) => a.at < b.at),
  at: 0,
})

export const instanceKey = (taskId: string, mapIndex: number): string => (mapIndex < 0 ? taskId : `${taskId}[${mapIndex}]`)

export const versionState = (version: string, definition: DagDefinition, bundle: string | null): VersionState => ({
  version,
  definition,
  graph: graphOf(definition),
  bundle,
})

/** Highest priority first, then as the tasks stand in the DAG, then by map index. */
const goesFirst = (a: TaskInstance, b: TaskInstance): boolean => {
  if (a.priority !== b.priority) return a.priority > b.priority
  return a.order === b.order ? a.mapIndex < b.mapIndex : a.order < b.order
}

export const newReadyHeap = (): Heap<TaskInstance> => makeHeap(goesFirst)

const dateOf = (run: Run): number => run.logicalDate ?? run.runAfter

export const newParkedHeap = (): Heap<Parked> =>
  makeHeap((a, b) => {
    if (a.task.priority !== b.task.priority) return a.task.priority > b.task.priority
    return dateOf(a.run) === dateOf(b.run) ? goesFirst(a.task, b.task) : dateOf(a.run) < dateOf(b.run)
  })

/** Every instance of a task: one while it is not mapped or not expanded. */
export const instancesOf = (run: Run, taskId: string): readonly TaskInstance[] => {
  const mapped = run.mapped.get(taskId)
  if (mapped) return mapped
  const task = run.tasks.get(taskId)
  return task ? [task] : []
}

/** The lane a run stands in: its backfill's or its DAG's. */
export const laneOf = (dag: Dag, run: Pick<Run, 'backfillId'>): Lane => (run.backfillId === null ? dag : (dag.backfills.get(run.backfillId) ?? dag))
