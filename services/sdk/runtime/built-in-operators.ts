const sensor: Operator = async (run) => (await import('./run-sensor.ts')).runSensor(run)

/** The code behind each operator, loaded when it is first used: a warm child that runs functions never loads the Postgres client. */
import type { Operator } from './operator-run.ts'
import { runBranch, runShortCircuit } from './run-branch.ts'

export const builtInOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['function', async ({ code, context }) => code.run?.(context)],
  ['branch', runBranch],
  ['short_circuit', runShortCircuit],
  ['empty', async () => undefined],
  ['bash', async (run) => (await import('./run-bash.ts')).runBash(run)],
  ['http', async (run) => (await import('./run-http.ts')).runHttp(run)],
  ['kafka_produce', async (run) => (await import('./run-kafka.ts')).runKafkaProduce(run)],
  ['kafka_consume', async (run) => (await import('./run-kafka.ts')).runKafkaConsume(run)],
  ['kafka_copy', async (run) => (await import('./run-kafka.ts')).runKafkaCopy(run)],
  ['http_sensor', sensor],
  ['file_sensor', sensor],
  ['sql_sensor', sensor],
  ['sensor', sensor],
  ['time_sensor', async (run) => (await import('./run-time-sensor.ts')).runTimeSensor(run)],
  ['time_delta_sensor', async (run) => (await import('./run-time-sensor.ts')).runTimeSensor(run)],
  ['external_task_sensor', async (run) => (await import('./run-event-sensor.ts')).runExternalTaskSensor(run)],
  ['kafka_message_sensor', async (run) => (await import('./run-event-sensor.ts')).runKafkaMessageSensor(run)],
  ['dataset_sensor', async (run) => (await import('./run-event-sensor.ts')).runDatasetSensor(run)],
  ['trigger_dag_run', async (run) => (await import('./run-trigger-dag-run.ts')).runTriggerDagRun(run)],
  ['postgres', async (run) => (await import('./run-postgres.ts')).runPostgres(run)],
])
