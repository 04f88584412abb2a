/** What a template sees (Airflow's names). What waits for the host (variables, connections, stored XComs) comes in through `TemplateSource`. */
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { TaskDefinition } from '../../core/dag.ts'
import type { Connection } from '../connections.ts'
import { compactOf, dayOf, formatDate, instantOf, isoOf } from './dates.ts'

export interface TemplateSource {
  /** The variables fetched so far. */
  readonly variables: ReadonlyMap<string, string>
  readonly connections: ReadonlyMap<string, Connection>
  readonly inputs: Readonly<Record<string, unknown>>
  /** May throw: asks for what has not been fetched yet. */
  variable(key: string): string
  xcom(taskIds: unknown, key: unknown): unknown
}

/** Names that exist only in a run with a logical date. */
export const datedNames: readonly string[] = [
  'logical_date',
  'ds',
  'ds_nodash',
  'ts',
  'ts_nodash',
  'ts_nodash_with_tz',
  'data_interval_start',
  'data_interval_end',
]

/** Python's calling convention: keyword arguments arrive from minijinja as a trailing Map. */
const splitArguments = (given: readonly unknown[]): { readonly positional: readonly unknown[]; readonly named: ReadonlyMap<unknown, unknown> } => {
  const last = given.at(-1)
  return last instanceof Map ? { positional: given.slice(0, -1), named: last } : { positional: given, named: new Map() }
}

export const templateVariables = (task: TaskDefinition, context: AttemptContext, source: TemplateSource): Record<string, unknown> => {
  const pull = (...given: unknown[]): unknown => {
    const { positional, named } = splitArguments(given)
    const found = source.xcom(named.get('task_ids') ?? positional[0] ?? null, named.get('key') ?? positional[1] ?? 'return_value')
    return found ?? named.get('default') ?? null
  }
  const ti = {
    dag_id: context.dagId,
    run_id: context.runId,
    task_id: context.taskId,
    map_index: context.mapIndex,
    try_number: context.tryNumber,
    max_tries: context.maxTries,
    xcom_pull: pull,
  }
  return {
    ...datesOf(context),
    prev_data_interval_start: isoOrNull(context.prevDataIntervalStart),
    prev_data_interval_end: isoOrNull(context.prevDataIntervalEnd),
    prev_data_interval_start_success: isoOrNull(context.prevDataIntervalStart),
    prev_data_interval_end_success: isoOrNull(context.prevDataIntervalEnd),
    run_id: context.runId,
    params: context.params,
    inputs: source.inputs,
    conf: context.conf,
    dag: { dag_id: context.dagId },
    dag_run: {
      dag_id: context.dagId,
      run_id: context.runId,
      run_type: context.runType,
      conf: context.conf,
      logical_date: isoOrNull(context.logicalDate),
      data_interval_start: isoOrNull(context.dataIntervalStart),
      data_interval_end: isoOrNull(context.dataIntervalEnd),
      run_after: isoOf(context.runAfter),
      queued_at: isoOf(context.runQueuedAt),
      start_date: isoOrNull(context.runStartedAt),
    },
    task: { task_id: task.taskId, operator: task.operator, owner: task.owner, queue: task.queue, pool: task.pool, retries: task.retries },
    ti,
    task_instance: ti,
    task_instance_key_str: `${context.dagId}__${context.taskId}__${context.logicalDate === null ? context.runId : dayOf(context.logicalDate).replaceAll('-', '')}`,
    ...triggeringEvents(context),
    var: { value: variablesOf(source), json: jsonVariablesOf(source) },
    conn: Object.fromEntries([...source.connections].map(([id, connection]) => [id, connectionOf(connection)])),
    macros,
  }
}

/** By Airflow's names (`triggering_dataset_events[uri][0].extra`), and by ours. */
const triggeringEvents = ({ triggeringDatasetEvents }: AttemptContext): Record<string, unknown> => {
  const byUri = Object.entries(triggeringDatasetEvents ?? {})
  const snake = byUri.map(([uri, events]) => [
    uri,
    events.map(({ id, extra, at, sourceDagId, sourceRunId, sourceTaskId, sourceMapIndex }) => ({
      ...{ id, uri, extra, timestamp: isoOf(at) },
      ...{ source_dag_id: sourceDagId, source_run_id: sourceRunId, source_task_id: sourceTaskId, source_map_index: sourceMapIndex },
    })),
  ])
  const events = Object.fromEntries(snake)
  const camel = byUri.map(([uri, list]) => [uri, list.map((event) => ({ ...event, at: isoOf(event.at) }))])
  return { triggering_dataset_events: events, triggering_asset_events: events, triggeringDatasetEvents: Object.fromEntries(camel) }
}

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoOf(ms))

const datesOf = (context: AttemptContext): Record<string, string> => {
  const { logicalDate, dataIntervalStart, dataIntervalEnd } = context
  if (logicalDate === null) return {}
  return {
    logical_date: isoOf(logicalDate),
    ds: dayOf(logicalDate),
    ds_nodash: dayOf(logicalDate).replaceAll('-', ''),
    ts: isoOf(logicalDate),
    ts_nodash: compactOf(logicalDate),
    ts_nodash_with_tz: `${compactOf(logicalDate)}+0000`,
    data_interval_start: isoOf(dataIntervalStart ?? logicalDate),
    data_interval_end: isoOf(dataIntervalEnd ?? logicalDate),
  }
}

const variablesOf = (source: TemplateSource): Record<string, unknown> => ({
  ...Object.fromEntries(source.variables),
  get: (...given: unknown[]) => {
    const { positional, named } = splitArguments(given)
    return source.variable(String(positional[0] ?? named.get('key')))
  },
})

const jsonVariablesOf = (source: TemplateSource): Record<string, unknown> => ({
  ...Object.fromEntries([...source.variables].flatMap(([key, text]) => parsedOrNothing(key, text))),
  get: (...given: unknown[]) => {
    const { positional, named } = splitArguments(given)
    const key = String(positional[0] ?? named.get('key'))
    const text = source.variable(key)
    try {
      return JSON.parse(text)
    } catch {
      throw new Error(`variable '${key}' is no JSON: use var.value.get`)
    }
  },
})

const parsedOrNothing = (key: string, text: string): readonly [string, unknown][] => {
  try {
    return [[key, JSON.parse(text)]]
  } catch {
    return [] // It may be used by var.value alone; var.json.<key> is then undefined.
  }
}

const connectionOf = (connection: Connection): Record<string, unknown> => ({
  conn_id: connection.connectionId,
  conn_type: connection.type,
  host: connection.host,
  port: connection.port,
  login: connection.login,
  password: connection.password,
  schema: connection.schema,
  extra: JSON.stringify(connection.extra),
  extra_dejson: connection.extra,
})

const dateArgument = (name: string, value: unknown): number => {
  const ms = instantOf(value)
  if (ms === null) throw new Error(`${name}: ${JSON.stringify(value)} is no date`)
  return ms
}

const macros = {
  /** `macros.ds_add('2024-01-01', 7)` */
  ds_add: (ds: unknown, days: unknown): string => dayOf(dateArgument('ds_add', ds) + Number(days) * 86_400_000),
  /** `macros.ds_format(ds, '%Y-%m-%d', '%d.%m.%Y')`; the input is always an ISO date here. */
  ds_format: (ds: unknown, _from: unknown, to: unknown): string => formatDate(dateArgument('ds_format', ds), String(to)),
}

/** Filters on date texts: `{{ data_interval_start | ds_nodash }}`. */
export const dateFilters: Readonly<Record<string, (value: unknown, ...rest: unknown[]) => string>> = {
  ds: (value) => dayOf(dateArgument('ds', value)),
  ds_nodash: (value) => dayOf(dateArgument('ds_nodash', value)).replaceAll('-', ''),
  ts: (value) => isoOf(dateArgument('ts', value)),
  ts_nodash: (value) => compactOf(dateArgument('ts_nodash', value)),
  ts_nodash_with_tz: (value) => `${compactOf(dateArgument('ts_nodash_with_tz', value))}+0000`,
  strftime: (value, format) => formatDate(dateArgument('strftime', value), String(format)),
}
