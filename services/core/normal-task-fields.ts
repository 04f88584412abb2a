/** The fields of a task that have a default, whoever leaves them out: normal-dag fills them in, compact-dag drops them. */
import { type TaskDefinition, triggerRules } from './dag.ts'
import { type Kind, kinds, oneOf, orNull } from './normal-kinds.ts'

type Defaulted = Omit<TaskDefinition, 'taskId' | 'operator' | 'upstream' | 'args' | 'templateFields' | 'inputs' | 'needsCode' | 'map' | 'teardown'>

export const defaultOwner = 'millrace'

export const taskFields: { readonly [N in keyof Defaulted]: { readonly kind: Kind; readonly otherwise: Defaulted[N] } } = {
  triggerRule: { kind: oneOf(...triggerRules), otherwise: 'all_success' },
  retries: { kind: kinds.count, otherwise: 0 },
  retryDelayMs: { kind: kinds.durationMs, otherwise: 300_000 },
  retryBackoff: { kind: kinds.multiplier, otherwise: 0 },
  maxRetryDelayMs: { kind: orNull(kinds.durationMs), otherwise: null },
  maxInfraRetries: { kind: kinds.count, otherwise: 3 },
  executionTimeoutMs: { kind: orNull(kinds.timeoutMs), otherwise: null },
  queue: { kind: kinds.nonEmpty, otherwise: 'default' },
  pool: { kind: kinds.nonEmpty, otherwise: 'default_pool' },
  poolSlots: { kind: kinds.positive, otherwise: 1 },
  priorityWeight: { kind: kinds.whole, otherwise: 1 },
  weightRule: { kind: oneOf('downstream', 'upstream', 'absolute'), otherwise: 'downstream' },
  maxActiveTis: { kind: orNull(kinds.positive), otherwise: null },
  maxActiveTisPerRun: { kind: orNull(kinds.positive), otherwise: null },
  dependsOnPast: { kind: kinds.flag, otherwise: false },
  waitForDownstream: { kind: kinds.flag, otherwise: false },
  outlets: { kind: kinds.uris, otherwise: [] },
  outletExtras: { kind: kinds.extras, otherwise: {} },
  inlets: { kind: kinds.uris, otherwise: [] },
  isolation: { kind: oneOf('warm', 'fresh'), otherwise: 'warm' },
  owner: { kind: kinds.text, otherwise: defaultOwner },
  doc: { kind: orNull(kinds.text), otherwise: null },
  groupId: { kind: orNull(kinds.nonEmpty), otherwise: null },
  mapIndexTemplate: { kind: orNull(kinds.text), otherwise: null },
  setup: { kind: kinds.flag, otherwise: false },
}

export const taskFieldNames = Object.keys(taskFields) as readonly (keyof Defaulted)[]

/** Fields in ms that may also be given as `retryDelay: '3m'`. */
export const durationTwins: Readonly<Record<string, string>> = {
  retryDelay: 'retryDelayMs',
  maxRetryDelay: 'maxRetryDelayMs',
  executionTimeout: 'executionTimeoutMs',
  dagrunTimeout: 'dagrunTimeoutMs',
}
