/** Runs tasks of a DAG in this process, with a host that keeps what it is told. */
import type { UpstreamXCom } from '../../schemas/generated/records.ts'
import type { AttemptContext } from '../../services/core/attempt-context.ts'
import { listedUpstream, mappedTasks } from '../../services/core/attempt-mapping.ts'
import type { TaskDefinition } from '../../services/core/dag.ts'
import { MillraceError } from '../../services/core/errors.ts'
import { normalDag } from '../../services/core/normal-dag.ts'
import { parseConnection } from '../../services/sdk/connections.ts'
import { type Dag, dag } from '../../services/sdk/dag.ts'
import type { AttemptHost, AttemptOutcome, RunAnswer, RunCommand } from '../../services/sdk/runtime/attempt.ts'
import { executeAttempt } from '../../services/sdk/runtime/execute-attempt.ts'

export interface AttemptWorld {
  readonly connections?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
  /** Values left by upstream tasks: `{ task: value }`. */
  readonly xcoms?: Readonly<Record<string, unknown>>
  /** Values left by the instances of mapped upstream tasks, index by index; undefined: it left none. */
  readonly mapped?: Readonly<Record<string, readonly unknown[]>>
  readonly context?: Partial<AttemptContext>
  readonly signal?: AbortSignal
  readonly triggerRun?: (command: RunCommand) => RunAnswer
  readonly runEnd?: string
  readonly onLog?: (line: string) => void
}

export interface RanAttempt {
  readonly outcome: AttemptOutcome
  readonly log: readonly string[]
  readonly rendered: unknown
  readonly secrets: readonly string[]
  /** What went to the XCom store, by reference. */
  readonly stored: ReadonlyMap<string, string>
}

export const logicalDate = Date.UTC(2024, 0, 2, 3, 4, 5)

export const contextOf = (taskId: string, over: Partial<AttemptContext> = {}): AttemptContext => ({
  dagId: 'd',
  runId: 'scheduled__2024-01-03',
  taskId,
  mapIndex: -1,
  tryNumber: 1,
  maxTries: 1,
  triesBefore: 0,
  runType: 'scheduled',
  logicalDate,
  dataIntervalStart: logicalDate,
  dataIntervalEnd: logicalDate + 86_400_000,
  runAfter: logicalDate + 86_400_000,
  runQueuedAt: logicalDate + 86_400_000,
  runStartedAt: null,
  prevDataIntervalStart: null,
  prevDataIntervalEnd: null,
  conf: {},
  params: {},
  idempotencyKey: `d/scheduled__2024-01-03/${taskId}`,
  triggeredBy: 'schedule',
  firstTryStartedAt: null,
  tryStartedAt: null,
  resume: null,
  map: null,
  listed: [],
  ...over,
})

/** Builds a DAG, runs the last of its tasks. */
export const runLast = async (build: () => void, world: AttemptWorld = {}): Promise<RanAttempt> => {
  const made = dag('d', build)
  const normal = normalDag(made.spec())
  if (!normal.ok) throw new Error(JSON.stringify(normal.problems))
  const taskId = made.taskIds.at(-1)
  const task = normal.dag.tasks.find((each) => each.taskId === taskId)
  if (task === undefined) throw new Error('the DAG has no tasks')
  // As the scheduler tells it.
  const mapping = mappedTasks(normal.dag).get(task.taskId)
  const listed = listedUpstream(
    normal.dag,
    task.taskId,
    normal.dag.tasks.map((each) => each.taskId),
  )
  return runTask(task, made, { ...world, context: { map: mapping?.map ?? null, listed, ...world.context } })
}

export const runTask = async (task: TaskDefinition, made: Dag | null, world: AttemptWorld = {}): Promise<RanAttempt> => {
  const { connections = {}, variables = {}, xcoms = {}, mapped = {} } = world
  const log: string[] = []
  const secrets: string[] = []
  const stored = new Map<string, string>()
  let rendered: unknown
  const host: AttemptHost = {
    connection: async (id) => {
      const text = connections[id]
      if (text === undefined) throw new MillraceError('connection_not_found', `there is no connection '${id}'`)
      return parseConnection(id, text)
    },
    variable: async (key) => {
      const value = variables[key]
      if (value === undefined) throw new MillraceError('variable_not_found', `there is no variable '${key}'`)
      return value
    },
    log: (level, text) => {
      log.push(`${level} ${text}`)
      world.onLog?.(`${level} ${text}`)
    },
    rendered: (json) => {
      rendered = JSON.parse(json)
    },
    signal: world.signal ?? new AbortController().signal,
    xcomStore: {
      put: async (json) => {
        const ref = `ref-${stored.size}`
        stored.set(ref, json)
        return ref
      },
      get: async (ref) => (ref === 'big' ? '"from the store"' : (stored.get(ref) ?? 'null')),
    },
    maskSecret: (value) => void secrets.push(value),
    triggerRun: async (command) =>
      world.triggerRun?.(command) ?? { accepted: false, code: 'dag_not_found', message: `there is no DAG ${command.dagId}`, runId: null },
    runEnd: async () => world.runEnd ?? 'success',
  }
  const records = Object.entries(xcoms).map(([taskId, value]): UpstreamXCom => ({ taskId, mapIndex: -1, key: 'return_value', value: JSON.stringify(value) }))
  for (const [taskId, values] of Object.entries(mapped))
    for (const [mapIndex, value] of values.entries())
      if (value !== undefined) records.push({ taskId, mapIndex, key: 'return_value', value: JSON.stringify(value) })
  const outcome = await executeAttempt({ task, dag: task.needsCode ? made : null, context: contextOf(task.taskId, world.context), xcoms: records }, host)
  return { outcome, log, rendered, secrets, stored }
}
