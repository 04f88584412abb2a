/**
 * A DAG as data: what the SDK serialises, what other programs publish on topic `dags`, and what the scheduler decides by. Plain frozen JSON.
 * Durations are milliseconds, instants are milliseconds since the epoch. `normal-dag.ts` fills defaults in and says what is wrong.
 */
import type { Watch } from './watch.ts'

export const triggerRules = [
  'all_success',
  'all_failed',
  'all_done',
  'all_done_min_one_success',
  'all_skipped',
  'one_success',
  'one_failed',
  'one_done',
  'none_failed',
  'none_failed_min_one_success',
  'none_skipped',
  'always',
  'all_done_setup_success',
] as const
export type TriggerRule = (typeof triggerRules)[number]

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** SEMANTICS 4. `dataIntervals`: an interval timetable (a run covers [start, end) and fires at end) or a trigger timetable (fires at its logical date). */
export type Schedule =
  | { readonly kind: 'none' }
  | { readonly kind: 'once' }
  | { readonly kind: 'continuous' }
  | { readonly kind: 'cron'; readonly crons: readonly string[]; readonly dataIntervals: boolean }
  | { readonly kind: 'duration'; readonly everyMs: number; readonly dataIntervals: boolean }
  | { readonly kind: 'dates'; readonly dates: readonly number[] }

/** SEMANTICS 6. Holds when a dataset has an event that waits; of several, each (`all`) or one (`any`). */
export type DatasetCondition = { readonly uri: string } | { readonly all: readonly DatasetCondition[] } | { readonly any: readonly DatasetCondition[] }

/**
 * What a run takes of the dataset events that wait: all of them, one (of each that it needs), at most `max`, or all that came within a time window
 * that the first of them opened.
 */
export type DatasetEventsMode = { readonly mode: 'batch' | 'each' } | { readonly max: number } | { readonly withinMs: number }

/** Where the values come from that a task (or group) is mapped over. A list gives one instance per item, a record one per entry as `[key, value]`. */
export type MapSource = { readonly literal: readonly Json[] | JsonObject } | { readonly task: string }

/**
 * SEMANTICS 9. `cross`: the cross product of the inputs, the last one varying fastest; `zip`: item i of each (the shortest decides); `each`: one
 * list of records whose fields are the inputs.
 */
export type TaskMap =
  | { readonly kind: 'cross' | 'zip'; readonly inputs: { readonly [name: string]: MapSource } }
  | { readonly kind: 'each'; readonly records: MapSource }

export interface GroupDefinition {
  readonly groupId: string
  /** The group it stands in, or null. */
  readonly parent: string | null
  readonly tooltip: string | null
  /** Set: every task of the group is mapped over the same, depth first. */
  readonly map: TaskMap | null
}

export interface TaskDefinition {
  readonly taskId: string
  /** `function`, `bash`, `empty`, `http`, `http_sensor`, `postgres`, ... `empty` never reaches a worker. */
  readonly operator: string
  /** Direct upstream task ids. */
  readonly upstream: readonly string[]
  readonly triggerRule: TriggerRule
  readonly retries: number
  readonly retryDelayMs: number
  /** 0: off; else the multiplier. */
  readonly retryBackoff: number
  readonly maxRetryDelayMs: number | null
  readonly maxInfraRetries: number
  readonly executionTimeoutMs: number | null
  readonly queue: string
  readonly pool: string
  readonly poolSlots: number
  readonly priorityWeight: number
  readonly weightRule: 'downstream' | 'upstream' | 'absolute'
  readonly maxActiveTis: number | null
  readonly maxActiveTisPerRun: number | null
  readonly dependsOnPast: boolean
  readonly waitForDownstream: boolean
  /** The operator's arguments; strings inside the template fields are Jinja. Functions are left out (then `needsCode`). */
  readonly args: JsonObject
  readonly templateFields: readonly string[]
  /** Name of the input -> task whose return value it is. Such tasks are upstream. */
  readonly inputs: { readonly [name: string]: string }
  readonly outlets: readonly string[]
  /** URI of an outlet -> what goes with each of its updates, under what the task attaches itself. */
  readonly outletExtras: { readonly [uri: string]: JsonObject }
  readonly inlets: readonly string[]
  /** It can run only with the DAG's code bundle. */
  readonly needsCode: boolean
  /** `warm`: a child process that ran others before it; `fresh`: one of its own. */
  readonly isolation: 'warm' | 'fresh'
  readonly owner: string
  readonly doc: string | null
  /** Innermost task group, or null. */
  readonly groupId: string | null
  readonly map: TaskMap | null
  /** Template for the name of each mapped instance. */
  readonly mapIndexTemplate: string | null
  readonly setup: boolean
  readonly teardown: { readonly setups: readonly string[]; readonly onFailureFailDagrun: boolean } | null
}

export interface DagDefinition {
  readonly dagId: string
  readonly description: string | null
  readonly doc: string | null
  readonly tags: readonly string[]
  readonly owner: string
  readonly schedule: Schedule
  /** Beside the schedule: either one makes runs. */
  readonly datasets: DatasetCondition | null
  readonly datasetEvents: DatasetEventsMode
  /** What becomes of dataset events that came while the DAG was paused. */
  readonly onUnpause: 'skip' | 'consume'
  /** Datasets whose events are the messages of topics; the triggerer's watchers make them. */
  readonly watches: readonly Watch[]
  /** The schedule as its author wrote it, for people: `@daily`, `0 9 * * *`, `every 10m`. */
  readonly scheduleText: string | null
  /** IANA zone of the schedule. */
  readonly timezone: string
  readonly startDate: number | null
  /** Inclusive. */
  readonly endDate: number | null
  readonly catchup: boolean
  readonly maxActiveRuns: number
  readonly maxActiveTasks: number
  readonly dagrunTimeoutMs: number | null
  /** So many failed runs in a row pause the DAG; 0: never. */
  readonly maxConsecutiveFailedRuns: number
  /** The first failed task skips what has not begun, and fails what runs. */
  readonly failFast: boolean
  /** Finished runs that are kept: so many, or those that ended so long ago at most (`'7d'`). */
  readonly keepRuns: number | string
  readonly pausedUponCreation: boolean
  readonly params: JsonObject
  /** In topological order: a task stands behind all its upstreams. */
  readonly tasks: readonly TaskDefinition[]
  /** Task groups, outermost first. A group's id is the prefix of the ids in it. */
  readonly groups: readonly GroupDefinition[]
}
