/** What a task's function gets. One object, made fresh for each attempt. */
import type { JsonObject } from '../core/dag.ts'
import type { RunType } from '../core/states.ts'
import type { Connection } from './connections.ts'
import type { Dataset } from './datasets.ts'
import type { AnyTask, Inputs, InputValues } from './task.ts'

export interface TaskLog {
  debug(...parts: readonly unknown[]): void
  info(...parts: readonly unknown[]): void
  warn(...parts: readonly unknown[]): void
  error(...parts: readonly unknown[]): void
}

export interface XComs {
  /** The value that an upstream task left under `key` (default: its return value), or null when it left none. A list of tasks gives a list. */
  pull<T = unknown>(task: string | AnyTask, key?: string): Promise<T | null>
  pull<T = unknown>(tasks: readonly (string | AnyTask)[], key?: string): Promise<readonly (T | null)[]>
  /** Leaves a value for downstream tasks under a name of its own. It is kept when the task succeeds. */
  push(key: string, value: unknown): void
}

export interface RunInfo {
  readonly dagId: string
  readonly runId: string
  readonly runType: RunType
  /** Null for a run that has none (dataset-triggered, or manual when asked). */
  readonly logicalDate: Date | null
  readonly runAfter: Date
  readonly queuedAt: Date
  readonly startedAt: Date | null
  readonly triggeredBy: string
}

export interface TaskInfo {
  readonly taskId: string
  /** -1 when the task is not mapped. */
  readonly mapIndex: number
  /** From 1. */
  readonly tryNumber: number
  /** Retries + 1. */
  readonly maxTries: number
}

/** An update of a dataset. */
export interface DatasetEvent {
  readonly id: string
  readonly uri: string
  readonly extra: JsonObject
  readonly at: Date
  /** Null: it came from outside. */
  readonly sourceDagId: string | null
  readonly sourceRunId: string | null
  readonly sourceTaskId: string | null
  readonly sourceMapIndex: number | null
}

/** What the function of a mapped task gets: `M` are its inputs, items and results of upstream tasks alike. */
export type MappedContext<M> = Omit<TaskContext, 'inputs'> & { readonly inputs: Readonly<M> }

export interface TaskContext<I extends Inputs = Inputs> {
  /** The results of the upstream tasks named in the option `inputs`. */
  readonly inputs: InputValues<I>
  /** Throws in a run that has no logical date; ask `run.logicalDate` where that may be. So do the other dates below. */
  readonly logicalDate: Date
  readonly dataIntervalStart: Date
  readonly dataIntervalEnd: Date
  /** The logical date as `YYYY-MM-DD`. */
  readonly ds: string
  /** The logical date as `YYYY-MM-DDTHH:MM:SS+00:00`. */
  readonly ts: string
  /** Of the last run before this one that succeeded. */
  readonly prevDataIntervalStart: Date | null
  readonly prevDataIntervalEnd: Date | null
  /** The DAG's params, with what the run's conf says instead. */
  readonly params: JsonObject
  /** What the run was triggered with. */
  readonly conf: JsonObject
  readonly run: RunInfo
  readonly task: TaskInfo
  readonly log: TaskLog
  readonly xcom: XComs
  /** A connection by id. Its password is masked in logs from here on. */
  connection(id: string): Promise<Connection>
  variable(key: string): Promise<string>
  /** Same for every try of this task instance: give it to systems that drop repeated requests. */
  readonly idempotencyKey: string
  /** Aborts when the attempt is cancelled or runs into its time-out. */
  readonly signal: AbortSignal
  /** What it goes on with after `defer`; null: it begins. */
  readonly resume: { readonly event: unknown; readonly method: string | null; readonly state: unknown } | null
  /** What made the run: events of each dataset, oldest first. Empty when it was not datasets. */
  readonly triggeringDatasetEvents: { readonly [uri: string]: readonly DatasetEvent[] }
  /**
   * Attaches something to the update of a dataset among the task's outlets: it travels with the event, when the task succeeds. Called again, it adds to it.
   * @example ctx.datasetExtra(users, { rows: 1200 })
   */
  datasetExtra(dataset: Dataset | string, extra: { readonly [key: string]: unknown }): void
}
