import type { JsonObject } from './dag.ts'
import type { RunType } from './states.ts'

/**
 * What an attempt is told about its run: travels as JSON in the inbox command `RunAttempt`, and is what the SDK makes the task's context and
 * template variables from. Instants are milliseconds since the epoch.
 */
export interface AttemptContext {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  readonly mapIndex: number
  readonly tryNumber: number
  /** Retries + 1. */
  readonly maxTries: number
  readonly runType: RunType
  readonly logicalDate: number | null
  readonly dataIntervalStart: number | null
  readonly dataIntervalEnd: number | null
  readonly runAfter: number
  readonly runQueuedAt: number
  readonly runStartedAt: number | null
  /** The DAG's run before this one that succeeded, by logical date. */
  readonly prevDataIntervalStart: number | null
  readonly prevDataIntervalEnd: number | null
  readonly conf: JsonObject
  readonly params: JsonObject
  /** Same for every try of the instance. */
  readonly idempotencyKey: string
  readonly triggeredBy: string
  /** Start of the instance's first try, for sensors' time-outs. */
  readonly firstTryStartedAt: number | null
}
