/** The options that every task takes, and their way into core/dag.ts's TaskDefinition. */
import type { JsonObject, TriggerRule } from '../core/dag.ts'
import { triggerRules } from '../core/dag.ts'
import { type Duration, durationMs } from '../core/normal-duration.ts'
import { kinds, oneOf } from '../core/normal-kinds.ts'
import { type Dataset, datasetUri } from './datasets.ts'
import type { OptionKinds } from './options.ts'

export interface TaskOptions {
  readonly owner?: string
  /** How often a failed try is tried again. Default 0. */
  readonly retries?: number
  /** Wait before a retry: '3m', '90s', '1h30m', or milliseconds. Default 5 minutes. */
  readonly retryDelay?: Duration
  /** true doubles the wait with each try; a number is the multiplier. */
  readonly retryExponentialBackoff?: boolean | number
  readonly maxRetryDelay?: Duration
  /** How often the task goes again when its worker is lost; costs no retry. Default 3. */
  readonly maxInfraRetries?: number
  /** A try that runs longer is killed and fails. */
  readonly executionTimeout?: Duration
  /** Class of workers that may run it. Default `default`. */
  readonly queue?: string
  readonly pool?: string
  readonly poolSlots?: number
  readonly priorityWeight?: number
  readonly weightRule?: 'downstream' | 'upstream' | 'absolute'
  readonly triggerRule?: Exclude<TriggerRule, 'all_done_setup_success'>
  /** At most so many running instances of the task, over all runs. */
  readonly maxActiveTisPerDag?: number
  /** At most so many running instances of the task in one run. */
  readonly maxActiveTisPerDagRun?: number
  readonly dependsOnPast?: boolean
  readonly waitForDownstream?: boolean
  /** Datasets that the task updates when it succeeds. */
  readonly outlets?: readonly (Dataset | string)[]
  readonly inlets?: readonly (Dataset | string)[]
  /** `fresh`: a process of its own instead of a warm one. */
  readonly isolation?: 'warm' | 'fresh'
  /** Markdown, shown in the UI. */
  readonly doc?: string
  /** Names the instances of a mapped task in the UI: `'{{ inputs.file }}'`. */
  readonly mapIndexTemplate?: string
}

const datasets = {
  says: 'a list of datasets (or URIs)',
  holds: (value: unknown): boolean =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' || (typeof item === 'object' && item !== null && typeof item.uri === 'string')),
}

export const taskOptionKinds: OptionKinds<TaskOptions> = {
  owner: kinds.text,
  retries: kinds.count,
  retryDelay: kinds.duration,
  retryExponentialBackoff: kinds.backoff,
  maxRetryDelay: kinds.duration,
  maxInfraRetries: kinds.count,
  executionTimeout: kinds.timeout,
  queue: kinds.text,
  pool: kinds.text,
  poolSlots: kinds.positive,
  priorityWeight: kinds.whole,
  weightRule: oneOf('downstream', 'upstream', 'absolute'),
  triggerRule: oneOf(...triggerRules.filter((rule) => rule !== 'all_done_setup_success')),
  maxActiveTisPerDag: kinds.positive,
  maxActiveTisPerDagRun: kinds.positive,
  dependsOnPast: kinds.flag,
  waitForDownstream: kinds.flag,
  outlets: datasets,
  inlets: datasets,
  isolation: oneOf('warm', 'fresh'),
  doc: kinds.text,
  mapIndexTemplate: kinds.nonEmpty,
}

/** The options under the names and in the units of TaskDefinition; those not given are left out. */
export const serialiseTaskOptions = (options: TaskOptions): JsonObject => {
  const {
    retryDelay,
    retryExponentialBackoff: backoff,
    maxRetryDelay,
    executionTimeout,
    maxActiveTisPerDag,
    maxActiveTisPerDagRun,
    outlets,
    inlets,
    ...same
  } = options
  return given({
    ...same,
    retryDelayMs: msOf(retryDelay),
    retryBackoff: backoff === true ? 2 : backoff === false ? 0 : backoff,
    maxRetryDelayMs: msOf(maxRetryDelay),
    executionTimeoutMs: msOf(executionTimeout),
    maxActiveTis: maxActiveTisPerDag,
    maxActiveTisPerRun: maxActiveTisPerDagRun,
    outlets: outlets?.map(datasetUri),
    outletExtras: outlets === undefined ? undefined : extrasOf(outlets),
    inlets: inlets?.map(datasetUri),
  })
}

const extrasOf = (outlets: readonly (Dataset | string)[]): JsonObject =>
  Object.fromEntries(outlets.flatMap((outlet) => (typeof outlet === 'string' || Object.keys(outlet.extra).length === 0 ? [] : [[outlet.uri, outlet.extra]])))

const msOf = (duration: Duration | undefined): number | undefined => (duration === undefined ? undefined : (durationMs(duration) ?? undefined))

/** Without the entries that are undefined. */
export const given = (object: { readonly [name: string]: unknown }): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject
