import { format } from 'node:util'
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { TaskDefinition } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { shown } from '../../core/normal-kinds.ts'
import { didYouMean, idProblem } from '../../core/normal-names.ts'
import { isSensitiveName } from '../../core/sensitive-names.ts'
import { type Connection, secretsOf } from '../connections.ts'
import type { TaskContext, TaskLog, XComs } from '../context.ts'
import { dayOf, isoOf } from '../templates/dates.ts'
import type { AttemptHost, AttemptInput } from './attempt.ts'
import { type DatasetExtras, makeDatasetExtras } from './dataset-extras.ts'
import type { Secrets } from './secrets.ts'
import { type UpstreamValues, xcomJson } from './xcom-values.ts'

export interface MadeContext {
  readonly context: TaskContext
  /** JSON by key of what the task pushed. */
  readonly pushed: Map<string, string>
  readonly extras: DatasetExtras
}

/** What the context asks of its process. */
export type ContextHost = Pick<AttemptHost, 'connection' | 'variable' | 'log' | 'signal'>

/** The context of one attempt. `inputs` are the values named by the task's option, already fetched. */
export const makeContext = (
  input: AttemptInput,
  host: ContextHost,
  values: UpstreamValues,
  inputs: Readonly<Record<string, unknown>>,
  secrets: Secrets,
): MadeContext => {
  const { context: facts } = input
  const pushed = new Map<string, string>()
  const extras = makeDatasetExtras(input.task)
  const dated = <T>(name: string, make: (logicalDate: number) => T): T => {
    if (facts.logicalDate === null)
      throw new MillraceError(
        'bad_request',
        `this run has no logical date, so '${name}' is not defined: use run.runId or run.runAfter, or ask run.logicalDate first`,
      )
    return make(facts.logicalDate)
  }
  const context: TaskContext = {
    // Their types are those of the author's code.
    inputs: Object.freeze({ ...inputs }) as TaskContext['inputs'],
    get logicalDate() {
      return dated('logicalDate', (ms) => new Date(ms))
    },
    get dataIntervalStart() {
      return dated('dataIntervalStart', (ms) => new Date(facts.dataIntervalStart ?? ms))
    },
    get dataIntervalEnd() {
      return dated('dataIntervalEnd', (ms) => new Date(facts.dataIntervalEnd ?? ms))
    },
    get ds() {
      return dated('ds', dayOf)
    },
    get ts() {
      return dated('ts', isoOf)
    },
    prevDataIntervalStart: dateOrNull(facts.prevDataIntervalStart),
    prevDataIntervalEnd: dateOrNull(facts.prevDataIntervalEnd),
    params: facts.params,
    conf: facts.conf,
    run: Object.freeze({
      dagId: facts.dagId,
      runId: facts.runId,
      runType: facts.runType,
      logicalDate: dateOrNull(facts.logicalDate),
      runAfter: new Date(facts.runAfter),
      queuedAt: new Date(facts.runQueuedAt),
      startedAt: dateOrNull(facts.runStartedAt),
      triggeredBy: facts.triggeredBy,
    }),
    task: Object.freeze({ taskId: facts.taskId, mapIndex: facts.mapIndex, tryNumber: facts.tryNumber, maxTries: facts.maxTries }),
    log: makeLog(host, secrets),
    xcom: makeXComs(input.task, input.dag?.taskIds ?? null, values, pushed),
    connection: (id) => connectionOf(host, secrets, id),
    variable: (key) => variableOf(host, secrets, key),
    idempotencyKey: facts.idempotencyKey,
    signal: host.signal,
    resume: facts.resume,
    triggeringDatasetEvents: triggeringEvents(facts),
    datasetExtra: extras.attach,
  }
  return { context: Object.freeze(context), pushed, extras }
}

const triggeringEvents = ({ triggeringDatasetEvents }: AttemptContext): TaskContext['triggeringDatasetEvents'] =>
  Object.freeze(
    Object.fromEntries(
      Object.entries(triggeringDatasetEvents ?? {}).map(([uri, events]) => [uri, events.map((event) => Object.freeze({ ...event, at: new Date(event.at) }))]),
    ),
  )

const dateOrNull = (ms: AttemptContext['logicalDate']): Date | null => (ms === null ? null : new Date(ms))

const makeLog = (host: ContextHost, secrets: Secrets): TaskLog => {
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...parts: readonly unknown[]): void =>
      host.log(level, secrets.mask(format(...parts)))
  return Object.freeze({ debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') })
}

const connectionOf = async (host: ContextHost, secrets: Secrets, id: string): Promise<Connection> => {
  const connection = await host.connection(id)
  for (const secret of secretsOf(connection)) secrets.add(secret)
  return connection
}

const variableOf = async (host: ContextHost, secrets: Secrets, key: string): Promise<string> => {
  const value = await host.variable(key)
  if (isSensitiveName(key)) secrets.add(value)
  return value
}

const makeXComs = (task: TaskDefinition, taskIds: readonly string[] | null, values: UpstreamValues, pushed: Map<string, string>): XComs => {
  const pullOne = async (from: unknown, key: string): Promise<unknown> => {
    const taskId = typeof from === 'string' ? from : (from as { taskId?: unknown } | null)?.taskId
    if (typeof taskId !== 'string') throw new MillraceError('bad_request', `task '${task.taskId}': xcom.pull wants a task or its id, not ${shown(from)}`)
    if (taskIds !== null && !taskIds.includes(taskId))
      throw new MillraceError('task_not_found', `task '${task.taskId}': xcom.pull('${taskId}'): the DAG has no such task${didYouMean(taskId, taskIds)}`)
    return values.get(taskId, key)
  }
  const pull = async (from: unknown, key = 'return_value'): Promise<unknown> =>
    Array.isArray(from) ? Promise.all(from.map((item) => pullOne(item, key))) : pullOne(from, key)
  return Object.freeze({
    pull: pull as XComs['pull'],
    push(key: string, value: unknown): void {
      const problem = idProblem(key)
      if (problem !== null) throw new MillraceError('bad_request', `task '${task.taskId}': xcom.push: the key ${problem}`)
      const json = xcomJson(`the value pushed as '${key}'`, value)
      if (json === undefined) throw new MillraceError('bad_request', `task '${task.taskId}': xcom.push('${key}') got undefined: push null, or nothing`)
      pushed.set(key, json)
    },
  })
}
