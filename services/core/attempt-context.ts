import type { UpstreamXCom } from '../../schemas/generated/records.ts'
import { listedUpstream, mappedTasks } from './attempt-mapping.ts'
import { type Dag, instancesOf, type Run, type TaskInstance } from './column-state.ts'
import type { JsonObject, TaskMap } from './dag.ts'
import { ancestors } from './graph.ts'
import { effectiveParams } from './params.ts'
import type { RunType } from './states.ts'
import type { Resume } from './trigger.ts'
import { type ContextDatasetEvent, datasetEventsByUri } from './triggering-events.ts'

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
  /** Retries + 1, and the tries before the last clear. */
  readonly maxTries: number
  /** Tries before the last clear. */
  readonly triesBefore: number
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
  /** The dataset events that made the run, by dataset, oldest first. */
  readonly triggeringDatasetEvents?: { readonly [uri: string]: readonly ContextDatasetEvent[] }
  /** Start of the instance's first try, for sensors' time-outs. */
  readonly firstTryStartedAt: number | null
  /** Start of this try, when it goes on after a deferral: its execution time-out counts from there. */
  readonly tryStartedAt: number | null
  /** What it goes on with after a deferral; null: it begins. */
  readonly resume: Resume | null
  /** What it is mapped over, by itself or with its group; null: not mapped. */
  readonly map: TaskMap | null
  /** The tasks upstream whose results arrive as lists, one item for each mapped instance that left one. */
  readonly listed: readonly string[]
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
    maxTries: (run.version.graph.tasks.get(task.taskId)?.definition.retries ?? 0) + 1 + task.triesBefore,
    triesBefore: task.triesBefore,
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
    params: effectiveParams(definition.params, conf),
    idempotencyKey: `${run.dagId}/${run.runId}/${task.key}`,
    triggeredBy: run.triggeredBy,
    ...(run.datasetEvents.length > 0 ? { triggeringDatasetEvents: datasetEventsByUri(run.datasetEvents) } : {}),
    firstTryStartedAt: task.firstStartedAt,
    tryStartedAt: task.tryStartedAt,
    resume: task.resume === null ? null : JSON.parse(task.resume),
    map: mappedTasks(definition).get(task.taskId)?.map ?? null,
    listed: mappedTasks(definition).size === 0 ? [] : listedUpstream(definition, task.taskId, ancestors(run.version.graph, task.taskId)),
  }
}

/** Every XCom that the task may pull: of all tasks upstream of it, near or far (SEMANTICS 10). Of its own mapped group only those with its index. */
export const upstreamXComs = (run: Run, task: TaskInstance): readonly UpstreamXCom[] => {
  if (run.xcoms === 0) return []
  const { definition, graph } = run.version
  const mapped = mappedTasks(definition)
  const group = mapped.get(task.taskId)?.group ?? null
  const found: UpstreamXCom[] = []
  for (const taskId of ancestors(graph, task.taskId)) {
    const isBeside = group !== null && mapped.get(taskId)?.group === group
    for (const { mapIndex, xcoms } of instancesOf(run, taskId))
      if (!isBeside || mapIndex < 0 || mapIndex === task.mapIndex) for (const { key, value } of xcoms) found.push({ taskId, mapIndex, key, value })
  }
  return found
}
