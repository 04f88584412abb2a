/**
 * A DAG as data: what the SDK serialises, what other programs publish on topic `dags`, and what the scheduler decides by. Plain frozen JSON.
 * Durations are milliseconds, instants are milliseconds since the epoch. `normal-dag.ts` fills defaults in and says what is wrong.
 */
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
  readonly inlets: readonly string[]
  /** It can run only with the DAG's code bundle. */
  readonly needsCode: boolean
  /** `warm`: a child process that ran others before it; `fresh`: one of its own. */
  readonly isolation: 'warm' | 'fresh'
  readonly owner: string
  readonly doc: string | null
}

export interface DagDefinition {
  readonly dagId: string
  readonly description: string | null
  readonly doc: string | null
  readonly tags: readonly string[]
  readonly owner: string
  readonly schedule: Schedule
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
  readonly pausedUponCreation: boolean
  readonly params: JsonObject
  /** In topological order: a task stands behind all its upstreams. */
  readonly tasks: readonly TaskDefinition[]
  /** Task groups, outermost first: prefix of ids. */
  readonly groups: readonly { readonly groupId: string; readonly parent: string | null; readonly tooltip: string | null }[]
}
