import { kafkaValueKinds } from './kafka-values.ts'
import { type Kind, kinds, oneOf, orNull } from './normal-kinds.ts'

/** What is known of operators without their code: which of their arguments are templates (Airflow's choice), and which cannot do without code. */
export const operatorTemplateFields: Readonly<Record<string, readonly string[]>> = {
  function: [],
  branch: [],
  short_circuit: [],
  latest_only: [],
  empty: [],
  bash: ['command', 'env', 'cwd'],
  http: ['httpConnId', 'endpoint', 'data', 'headers'],
  http_sensor: ['httpConnId', 'endpoint', 'requestParams', 'headers'],
  file_sensor: ['path'],
  sql_sensor: ['sql', 'parameters', 'postgresConnId'],
  sensor: [],
  time_sensor: ['at'],
  time_delta_sensor: [],
  external_task_sensor: ['dagId', 'logicalDate', 'runId'],
  kafka_message_sensor: ['topic', 'key', 'where'],
  dataset_sensor: ['uri'],
  trigger_dag_run: ['dagId', 'conf', 'runId', 'logicalDate', 'note'],
  postgres: ['sql', 'parameters', 'postgresConnId'],
  kafka_produce: ['kafkaConnId', 'topic', 'key', 'value', 'headers', 'messages'],
  kafka_consume: ['kafkaConnId', 'topic', 'group'],
  kafka_copy: ['kafkaConnId', 'fromTopic', 'toTopic', 'group'],
}

export const templateFieldsOf = (operator: string): readonly string[] =>
  Object.hasOwn(operatorTemplateFields, operator) ? (operatorTemplateFields[operator] ?? []) : []

export const alwaysNeedsCode = (operator: string): boolean => ['function', 'branch', 'short_circuit', 'sensor'].includes(operator)

const number: Kind = { says: 'a number', holds: (value) => typeof value === 'number' }
const request: Readonly<Record<string, Kind>> = { httpConnId: kinds.nonEmpty, endpoint: kinds.text, method: kinds.nonEmpty, headers: kinds.textMap }

const bounded: Readonly<Record<string, Kind>> = { timeoutMs: number, softFail: kinds.flag }
const looking: Readonly<Record<string, Kind>> = {
  ...bounded,
  pokeIntervalMs: number,
  mode: oneOf('poke', 'reschedule', 'deferrable'),
  exponentialBackoff: kinds.flag,
  maxWaitMs: number,
}

/** Every argument of the operators that run without code, and what it may be: a mapped task may have any of them from its items. */
const operatorArgs: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  bash: { command: kinds.nonEmpty, env: kinds.textMap, appendEnv: kinds.flag, cwd: kinds.nonEmpty, skipOnExitCode: kinds.any },
  http: { ...request, data: kinds.any, logResponse: kinds.flag },
  http_sensor: {
    ...request,
    requestParams: kinds.any,
    responseErrorCodesAllowlist: { says: 'a list', holds: Array.isArray },
    ...looking,
  },
  file_sensor: { path: kinds.nonEmpty, ...looking },
  sql_sensor: { sql: kinds.nonEmpty, parameters: { says: 'a list', holds: Array.isArray }, postgresConnId: kinds.nonEmpty, ...looking },
  time_sensor: { at: kinds.nonEmpty, mode: oneOf('poke', 'reschedule', 'deferrable'), ...bounded },
  time_delta_sensor: { deltaMs: number, mode: oneOf('poke', 'reschedule', 'deferrable'), ...bounded },
  external_task_sensor: {
    ...{ dagId: kinds.nonEmpty, taskIds: kinds.texts, executionDeltaMs: number, logicalDate: kinds.nonEmpty, runId: kinds.nonEmpty },
    ...{ allowedStates: kinds.texts, failedStates: kinds.texts, skippedStates: kinds.texts, mode: oneOf('deferrable'), ...bounded },
  },
  kafka_message_sensor: { topic: kinds.nonEmpty, key: kinds.text, where: kinds.object, value: oneOf('json', 'text'), mode: oneOf('deferrable'), ...bounded },
  dataset_sensor: { uri: kinds.nonEmpty, mode: oneOf('deferrable'), ...bounded },
  trigger_dag_run: {
    ...{ dagId: kinds.nonEmpty, conf: kinds.object, runId: kinds.nonEmpty, logicalDate: orNull(kinds.nonEmpty), note: kinds.text },
    ...{ wait: oneOf('poke', 'deferrable'), allowedStates: kinds.texts, skipWhenAlreadyExists: kinds.flag },
  },
  postgres: {
    sql: { says: 'SQL as text, or a list of such texts', holds: (value) => kinds.nonEmpty.holds(value) || kinds.texts.holds(value) },
    parameters: { says: 'a list', holds: Array.isArray },
    postgresConnId: kinds.nonEmpty,
    autocommit: kinds.flag,
  },
  kafka_produce: {
    kafkaConnId: kinds.nonEmpty,
    topic: kinds.nonEmpty,
    key: orNull(kinds.text),
    value: kinds.any,
    headers: kinds.textMap,
    messages: { says: 'a list of messages', holds: Array.isArray },
    valueFormat: oneOf(...kafkaValueKinds),
    subject: kinds.nonEmpty,
    createPartitions: kinds.positive,
  },
  kafka_consume: {
    kafkaConnId: kinds.nonEmpty,
    topic: { says: 'the name of a topic, or a list of names', holds: (value) => kinds.nonEmpty.holds(value) || kinds.texts.holds(value) },
    group: kinds.nonEmpty,
    maxMessages: kinds.positive,
    withinMs: kinds.timeoutMs,
    value: oneOf(...kafkaValueKinds),
    badValues: oneOf('fail', 'skip'),
    from: oneOf('beginning', 'end'),
    skipWhenEmpty: kinds.flag,
  },
  kafka_copy: {
    kafkaConnId: kinds.nonEmpty,
    fromTopic: kinds.nonEmpty,
    toTopic: kinds.nonEmpty,
    group: kinds.nonEmpty,
    maxMessages: kinds.positive,
    from: oneOf('beginning', 'end'),
  },
}

/** What an argument may be; null: there is none by this name. An item of that name takes its place, beside being `{{ inputs.name }}` in templates. */
export const operatorArgKind = (operator: string, name: string): Kind | null => {
  const args = Object.hasOwn(operatorArgs, operator) ? operatorArgs[operator] : undefined
  return args !== undefined && Object.hasOwn(args, name) ? (args[name] ?? null) : null
}

/** Arguments that an operator cannot do without, when it runs without code. */
export const requiredArgs: Readonly<Record<string, readonly string[]>> = {
  bash: ['command'],
  postgres: ['sql'],
  kafka_produce: ['topic'],
  kafka_consume: ['topic', 'group'],
  kafka_copy: ['fromTopic', 'toTopic'],
  file_sensor: ['path'],
  sql_sensor: ['sql'],
  time_sensor: ['at'],
  time_delta_sensor: ['deltaMs'],
  external_task_sensor: ['dagId'],
  kafka_message_sensor: ['topic'],
  dataset_sensor: ['uri'],
  trigger_dag_run: ['dagId'],
}
