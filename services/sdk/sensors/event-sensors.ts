/** Sensors that wait in the triggerer for what is told on topics: there is nothing to poke, and they wake within milliseconds. */
import type { Json } from '../../core/dag.ts'
import { type Duration, durationMs } from '../../core/normal-duration.ts'
import { type Kind, kinds, oneOf } from '../../core/normal-kinds.ts'
import { type Dataset, datasetUri } from '../datasets.ts'
import { makeTask } from '../make-task.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'
import { type SensorOptions, sensorArgs, sensorKinds } from './sensor-options.ts'

/** `mode` is always deferrable: given or not. */
interface WaitOptions extends TaskOptions, Pick<SensorOptions, 'timeout' | 'softFail'> {
  readonly mode?: 'deferrable'
}

const { timeout, softFail } = sensorKinds
const waitKinds = {
  timeout,
  softFail,
  mode: { says: "'deferrable': it waits for events, there is nothing to look at in between", holds: (v: unknown) => v === 'deferrable' },
}
const list: Kind = { says: 'a list of states', holds: (value) => Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string') }

export interface ExternalTaskSensorOptions extends WaitOptions {
  /** The other DAG (a template). */
  readonly dagId: string
  /** Tasks of it (all their instances). Default: the run itself. */
  readonly taskId?: string
  readonly taskIds?: readonly string[]
  /** The run with the same logical date, minus this. */
  readonly executionDelta?: Duration
  /** The run with this logical date (a template). */
  readonly logicalDate?: string
  /** The run with this id (a template). */
  readonly runId?: string
  /** Default success. */
  readonly allowedStates?: readonly string[]
  /** The sensor fails in these. Default failed, upstream_failed. */
  readonly failedStates?: readonly string[]
  /** The sensor is skipped in these. */
  readonly skippedStates?: readonly string[]
}

/** What waking tells. */
export interface ExternalEvent {
  readonly dagId: string
  readonly runId: string
  /** State by task, or the run's under `run`. */
  readonly states: Readonly<Record<string, string>>
}

/**
 * Waits for tasks of another DAG, or for a run of it: by topics task-events and run-events, what has happened already included.
 * @example externalTaskSensor('orders_loaded', { dagId: 'orders', taskId: 'load', timeout: '6h' })
 */
export const externalTaskSensor = (taskId: string, options: ExternalTaskSensorOptions): MappableTask<ExternalEvent> => {
  const { dagId, executionDelta, logicalDate, runId, allowedStates, failedStates, skippedStates } = options
  const taskIds = options.taskId === undefined ? options.taskIds : [options.taskId, ...(options.taskIds ?? [])]
  return makeTask<ExternalEvent>({
    operator: 'external_task_sensor',
    taskId,
    options: { ...options },
    ownOptions: {
      ...waitKinds,
      ...{
        dagId: kinds.nonEmpty,
        taskId: kinds.nonEmpty,
        taskIds: kinds.texts,
        executionDelta: kinds.duration,
        logicalDate: kinds.nonEmpty,
        runId: kinds.nonEmpty,
      },
      ...{ allowedStates: list, failedStates: list, skippedStates: list },
    },
    args: {
      ...{ dagId, taskIds, executionDeltaMs: durationMs(executionDelta) ?? undefined, logicalDate, runId, allowedStates, failedStates, skippedStates },
      ...sensorArgs(options),
    },
  })
}

export interface KafkaMessageSensorOptions extends WaitOptions {
  /** A template. */
  readonly topic: string
  /** Key of the message (a template). */
  readonly key?: string
  /** What must stand in a JSON value, by path (templates): `{ 'order.state': 'paid' }`. */
  readonly where?: Readonly<Record<string, Json>>
  /** How the value comes back. Default json. */
  readonly value?: 'json' | 'text'
}

export interface AwaitedMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: unknown
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Waits for a message of a Kafka topic that comes after the task's first try began; the message is its result.
 * @example kafkaMessageSensor('paid', { topic: 'orders', where: { 'order.id': '{{ params.order }}', 'order.state': 'paid' } })
 */
export const kafkaMessageSensor = (taskId: string, options: KafkaMessageSensorOptions): MappableTask<AwaitedMessage> => {
  const { topic, key, where, value } = options
  return makeTask<AwaitedMessage>({
    operator: 'kafka_message_sensor',
    taskId,
    options: { ...options },
    ownOptions: { ...waitKinds, topic: kinds.nonEmpty, key: kinds.text, where: kinds.object, value: oneOf('json', 'text') },
    args: { topic, key, where, value, ...sensorArgs(options) },
  })
}

export interface DatasetSensorOptions extends WaitOptions {
  readonly dataset: Dataset | string
}

export interface DatasetSensorEvent {
  readonly id: string
  readonly uri: string
  readonly extra: Json
  readonly at: number
}

/**
 * Waits for the next event of a dataset after the task's first try began; the event is its result.
 * @example datasetSensor('users_updated', { dataset: users, timeout: '1h' })
 */
export const datasetSensor = (taskId: string, options: DatasetSensorOptions): MappableTask<DatasetSensorEvent> =>
  makeTask<DatasetSensorEvent>({
    operator: 'dataset_sensor',
    taskId,
    options: { ...options },
    ownOptions: {
      ...waitKinds,
      dataset: { says: 'a dataset or its URI', holds: (v) => typeof v === 'string' || (typeof v === 'object' && v !== null && 'uri' in v) },
    },
    args: { uri: datasetUri(options.dataset), ...sensorArgs(options) },
  })
