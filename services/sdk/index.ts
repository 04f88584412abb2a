/** What DAG files import as `millrace`. The only barrel of the repository: every name here is public. */
export { chain } from './chain.ts'
export type { Connection } from './connections.ts'
export type { DatasetEvent, MappedContext, RunInfo, TaskContext, TaskInfo, TaskLog, XComs } from './context.ts'
export { type Dag, type DagOptions, type DagSchedule, dag } from './dag.ts'
export { all, any, type Dataset, type DatasetExpression, dataset } from './datasets.ts'
export { type DeferOptions, defer } from './deferral.ts'
export { type FunctionTaskOptions, task } from './function-task.ts'
export { type GroupOptions, group } from './group.ts'
export type { Group } from './group-parts.ts'
export type { HttpResponse } from './hooks/http-hook.ts'
export type { KafkaMessage, KafkaOutput } from './hooks/kafka/kafka-message.ts'
export { KafkaHook } from './hooks/kafka-hook.ts'
export { PostgresHook, type PostgresSession } from './hooks/postgres-hook.ts'
export { type BashOptions, bash } from './operators/bash.ts'
export { branch, type Choice, type Choices } from './operators/branch.ts'
export { empty } from './operators/empty.ts'
export { type HttpOptions, http } from './operators/http.ts'
export { type KafkaConsumeOptions, kafkaConsume } from './operators/kafka-consume.ts'
export { type KafkaCopyOptions, kafkaCopy } from './operators/kafka-copy.ts'
export { type KafkaProduceOptions, kafkaProduce } from './operators/kafka-produce.ts'
export { latestOnly } from './operators/latest-only.ts'
export { type PostgresOptions, postgres } from './operators/postgres.ts'
export { type ShortCircuitOptions, shortCircuit } from './operators/short-circuit.ts'
export { type TriggerDagRunOptions, type TriggeredRun, triggerDagRun } from './operators/trigger-dag-run.ts'
export { fail, skip } from './outcomes.ts'
export {
  type AwaitedMessage,
  type DatasetSensorEvent,
  type DatasetSensorOptions,
  datasetSensor,
  type ExternalEvent,
  type ExternalTaskSensorOptions,
  externalTaskSensor,
  type KafkaMessageSensorOptions,
  kafkaMessageSensor,
} from './sensors/event-sensors.ts'
export { type FileSensorOptions, fileSensor } from './sensors/file-sensor.ts'
export { type FunctionSensorOptions, sensor } from './sensors/function-sensor.ts'
export { type HttpSensorOptions, httpSensor } from './sensors/http-sensor.ts'
export type { SensorOptions } from './sensors/sensor-options.ts'
export { type SqlSensorOptions, sqlSensor } from './sensors/sql-sensor.ts'
export { type TimeDeltaSensorOptions, type TimeSensorOptions, timeDeltaSensor, timeSensor } from './sensors/time-sensors.ts'
export type { Item, MappableTask, Task, TeardownOptions } from './task.ts'
export type { TaskOptions } from './task-options.ts'
export { type TriggerContext, trigger } from './triggers/custom-trigger.ts'
export type { TriggerSpec } from './triggers/trigger-spec.ts'
export { triggers } from './triggers/triggers.ts'
export { type TopicWatch, type WatchOptions, watch } from './watch.ts'
