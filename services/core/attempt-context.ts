import type { UpstreamXCom } from '../../schemas/generated/records.ts'
import type { Dag, Run, TaskInstance } from './column-state.ts'
import type { JsonObject } from './dag.ts'
import { ancestors } from './graph.ts'
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

/** The context of the attempt that `task` is queued for. */
export const attemptContext = (dag: Dag, run: Run, task: TaskInstance): AttemptContext => {
  const { definition } = run.version
  const conf: JsonObject = JSON.parse(run.conf)
  return {
    dagId: run.dagId,
    runId: run.runId,
    taskId: task.taskId,
    mapIndex: task.mapIndex,
    tryNumber: task.tryNumber,
    maxTries: (run.version.graph.tasks.get(task.taskId)?.definition.retries ?? 0) + 1,
    runType: run.runType,
    logicalDate: run.logicalDate,
    dataIntervalStart: run.dataIntervalStart,
    dataIntervalEnd: run.dataIntervalEnd,
    runAfter: run.runAfter,
    runQueuedAt: run.queuedAt,
    runStartedAt: run.startedAt,
    prevDataIntervalStart: dag.lastSuccess?.start ?? null,
    prevDataIntervalEnd: dag.lastSuccess?.end ?? null,
    conf,
    params: { ...definition.params, ...conf },
    idempotencyKey: `${run.dagId}/${run.runId}/${task.key}`,
    triggeredBy: run.triggeredBy,
    firstTryStartedAt: task.firstStartedAt,
  }
}

/** Every XCom that the task may pull: of all tasks upstream of it, near or far (SEMANTICS 10). */
export const upstreamXComs = (run: Run, task: TaskInstance): readonly UpstreamXCom[] => {
  if (run.xcoms === 0) return []
  const wanted = ancestors(run.version.graph, task.taskId)
  const found: UpstreamXCom[] = []
  for (const taskId of wanted) {
    const from = run.tasks.get(taskId)
    for (const { key, value } of from?.xcoms ?? []) found.push({ taskId, mapIndex: from?.mapIndex ?? -1, key, value })
  }
  return found
}
