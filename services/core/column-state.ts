/**
 * The state of one column: its DAGs, their runs, their task instances, and the timers that follow from them. It is owned by the fold:
 * only `evolve` changes it, in place (a spread of a 1,000-task run per event would cost a thousand times more).
 */
import type { RunWindow, TaskError, XCom } from '../../schemas/generated/records.ts'
import type { DagDefinition } from './dag.ts'
import { type Graph, graphOf } from './graph.ts'
import { type Heap, makeHeap } from './heap.ts'
import type { RunState, RunType, TaskState } from './states.ts'
import type { UpstreamCounts } from './trigger-rule.ts'

export interface Column {
  readonly dags: Map<string, Dag>
  /** Command id -> when it was answered; kept for 24 h. */
  readonly answered: Map<string, number>
  /** By due time. An entry may be out of date: who pops it compares it with what it names. */
  readonly timers: Heap<Timer>
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

export interface Dag {
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
  /** Run ids of finished runs in memory, in the order they ended. */
  readonly finished: Set<string>
  /** Finished runs that left memory, oldest first. */
  readonly archived: Map<string, ArchivedRunEntry>
  /** Run ids in state queued, oldest first. */
  readonly queued: Set<string>
  running: number
  next: RunWindow | null
  /** Window of the newest scheduled run. */
  last: RunWindow | null
  /** Interval of the last successful run by logical date. */
  lastSuccess: { readonly logicalDate: number; readonly start: number; readonly end: number } | null
}

export interface ArchivedRunEntry {
  readonly runId: string
  readonly logicalDate: number | null
  readonly state: RunState
  readonly n: number
  /** In the column of topic archive. */
  readonly offset: number
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
  readonly version: VersionState
  readonly runType: RunType
  readonly logicalDate: number | null
  readonly dataIntervalStart: number | null
  readonly dataIntervalEnd: number | null
  readonly runAfter: number
  readonly conf: string
  readonly triggeredBy: string
  readonly note: string | null
  state: RunState
  n: number
  queuedAt: number
  startedAt: number | null
  endedAt: number | null
  readonly tasks: Map<string, TaskInstance>
  unfinished: number
  /** Instances in state queued or running: they count against maxActiveTasks. */
  active: number
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
  infraTries: number
  token: string | null
  dueAt: number | null
  /** It was rescheduled: the next queueing goes on with the same try. */
  poking: boolean
  queuedAt: number | null
  startedAt: number | null
  firstStartedAt: number | null
  endedAt: number | null
  worker: string | null
  error: TaskError | null
  xcoms: readonly XCom[]
  readonly upstream: UpstreamCounts
}

export const emptyColumn = (): Column => ({ dags: new Map(), answered: new Map(), timers: makeHeap((a, b) => a.at < b.at), at: 0 })

export const instanceKey = (taskId: string, mapIndex: number): string => (mapIndex < 0 ? taskId : `${taskId}[${mapIndex}]`)

export const versionState = (version: string, definition: DagDefinition, bundle: string | null): VersionState => ({
  version,
  definition,
  graph: graphOf(definition),
  bundle,
})

/** The instances of a new run, all in state none. */
export const newTasks = (graph: Graph): Map<string, TaskInstance> => {
  const tasks = new Map<string, TaskInstance>()
  for (const [taskId, task] of graph.tasks) {
    tasks.set(taskId, {
      key: taskId,
      taskId,
      mapIndex: -1,
      order: tasks.size,
      priority: task.priority,
      state: 'none',
      tryNumber: 0,
      infraTries: 0,
      token: null,
      dueAt: null,
      poking: false,
      queuedAt: null,
      startedAt: null,
      firstStartedAt: null,
      endedAt: null,
      worker: null,
      error: null,
      xcoms: [],
      upstream: { total: task.upstream.length, success: 0, failed: 0, upstreamFailed: 0, skipped: 0, removed: 0 },
    })
  }
  return tasks
}

export const newReadyHeap = (): Heap<TaskInstance> => makeHeap((a, b) => (a.priority === b.priority ? a.order < b.order : a.priority > b.priority))
