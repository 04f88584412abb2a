import type { JsonObject } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import type { Kind } from '../core/normal-kinds.ts'
import { shown } from '../core/normal-kinds.ts'
import { idProblem } from '../core/normal-names.ts'
import { type BuildScope, currentScope } from './build-scope.ts'
import type { TaskContext } from './context.ts'
import { checkOptions, named } from './options.ts'
import { given, serialiseTaskOptions, type TaskOptions, taskOptionKinds } from './task-options.ts'

/** Carries the type of the result; no such property exists. */
declare const resultType: unique symbol

/** What the SDK keeps of a task. Under a global symbol, so that a task made by another copy of the SDK is one, too. */
export const taskParts = Symbol.for('millrace.task')

export interface TaskParts {
  readonly operator: string
  readonly scope: BuildScope
  readonly upstream: Set<string>
  /** The options in TaskDefinition's names; defaults left out. */
  readonly options: JsonObject
  readonly args: JsonObject
  readonly inputs: Readonly<Record<string, string>>
  /** The functions among its options, by name. */
  readonly code: Readonly<Record<string, AnyFunction>>
  /** Made where the author wrote the task: its stack names the line. */
  readonly madeAt: Error
}

// biome-ignore lint/suspicious/noExplicitAny: each operator knows its own functions' types
export type AnyFunction = (...args: any[]) => unknown

/** A task of a DAG; `T` is what it returns, as downstream tasks get it. */
export interface Task<out T = unknown> {
  readonly taskId: string
  /** `a.before(b, c)` is Airflow's `a >> [b, c]`. */
  before(...tasks: readonly TaskOrTasks[]): void
  /** `c.after(a, b)` is Airflow's `[a, b] >> c`. */
  after(...tasks: readonly TaskOrTasks[]): void
  readonly [resultType]?: T
  readonly [taskParts]: TaskParts
}

export type AnyTask = Task<unknown>
export type TaskOrTasks = AnyTask | readonly AnyTask[]

export type Inputs = { readonly [name: string]: AnyTask }
export type InputValues<I extends Inputs> = { readonly [N in keyof I]: I[N] extends Task<infer T> ? T : never }

/** What becomes of a value on its way through JSON: a Date arrives as text, a function is refused (never). */
export type Jsonified<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined | void
    ? T
    : T extends bigint | symbol | ((...args: never[]) => unknown)
      ? never
      : T extends { toJSON(): infer J }
        ? Jsonified<J>
        : T extends object
          ? { [K in keyof T]: Jsonified<T[K]> }
          : never

export const isTask = (value: unknown): value is AnyTask => typeof value === 'object' && value !== null && taskParts in value

export interface MadeTask {
  readonly operator: string
  readonly taskId: string
  readonly options: TaskOptions & { readonly [name: string]: unknown }
  /** The options that this operator has beside those of every task. */
  readonly ownOptions?: Readonly<Record<string, Kind>>
  readonly args?: { readonly [name: string]: unknown }
  readonly inputs?: Inputs
  readonly code?: Readonly<Record<string, AnyFunction | undefined>>
}

/** Makes a task in the DAG that is being built. Operators are functions around this one. */
export const makeTask = <T>(made: MadeTask): Task<T> => {
  const { taskId, operator } = made
  const where = named('task', taskId)
  const scope = currentScope(where)
  const problem = idProblem(taskId)
  if (problem !== null) throw new MillraceError('bad_dag', `dag '${scope.dagId}': task id ${problem}`)
  if (scope.tasks.has(taskId)) throw new MillraceError('bad_dag', `dag '${scope.dagId}' has two tasks with the id '${taskId}': give each its own`)
  checkOptions(where, made.options, { ...taskOptionKinds, ...made.ownOptions })
  const common = Object.fromEntries(Object.entries(made.options).filter(([name, value]) => name in taskOptionKinds && value !== undefined))
  const parts: TaskParts = {
    operator,
    scope,
    upstream: new Set(),
    options: serialiseTaskOptions({ ...scope.defaultArgs, ...common }),
    args: given(made.args ?? {}),
    inputs: Object.fromEntries(Object.entries(made.inputs ?? {}).map(([name, task]) => [name, inputOf(where, scope, name, task)])),
    code: Object.fromEntries(Object.entries(made.code ?? {}).filter((entry): entry is [string, AnyFunction] => entry[1] !== undefined)),
    madeAt: new Error(where),
  }
  const made_: Task<T> = {
    taskId,
    before: (...tasks) => {
      for (const other of flat(tasks)) link(made_, other)
    },
    after: (...tasks) => {
      for (const other of flat(tasks)) link(other, made_)
    },
    [taskParts]: parts,
  }
  for (const upstream of Object.values(parts.inputs)) parts.upstream.add(upstream)
  scope.tasks.set(taskId, made_)
  return Object.freeze(made_)
}

const inputOf = (where: string, scope: BuildScope, name: string, task: unknown): string => {
  if (!isTask(task)) throw new MillraceError('bad_option', `${where}: input '${name}' must be a task whose result is wanted, not ${shown(task)}`)
  if (task[taskParts].scope !== scope)
    throw new MillraceError('bad_dag', `${where}: input '${name}' is task '${task.taskId}' of another DAG, '${task[taskParts].scope.dagId}'`)
  return task.taskId
}

const flat = (tasks: readonly TaskOrTasks[]): readonly AnyTask[] => tasks.flat() as AnyTask[]

/** `upstream >> downstream`. */
export const link = (upstream: AnyTask, downstream: AnyTask): void => {
  for (const end of [upstream, downstream]) if (!isTask(end)) throw new MillraceError('bad_dag', `only tasks can be put in order, not ${shown(end)}`)
  const [above, below] = [upstream[taskParts], downstream[taskParts]]
  if (above.scope !== below.scope)
    throw new MillraceError(
      'bad_dag',
      `task '${upstream.taskId}' of dag '${above.scope.dagId}' cannot come before task '${downstream.taskId}' of dag '${below.scope.dagId}': they are in two DAGs`,
    )
  if (upstream === downstream) throw new MillraceError('bad_dag', `dag '${above.scope.dagId}': task '${upstream.taskId}' is put before itself`)
  below.upstream.add(upstream.taskId)
}

export interface FunctionTaskOptions<I extends Inputs> extends TaskOptions {
  /** Tasks whose results the function gets as `inputs`; the task runs after them. */
  readonly inputs?: I
}

/** Of a task without the option: its `inputs` have no names. */
type NoInputs = Record<never, AnyTask>

type TaskFunction<I extends Inputs, R> = (context: TaskContext<I>) => R

/**
 * A task that runs a function; what it returns (JSON) is its XCom.
 * @example
 * const extract = task('extract', async ({ ds }) => fetchUsers(ds))
 * const store = task('store', { inputs: { rows: extract }, retries: 2 }, async ({ inputs }) => save(inputs.rows))
 */
export function task<R>(taskId: string, run: TaskFunction<NoInputs, R>): Task<Jsonified<Awaited<R>>>
export function task<R, I extends Inputs = NoInputs>(taskId: string, options: FunctionTaskOptions<I>, run: TaskFunction<I, R>): Task<Jsonified<Awaited<R>>>
export function task(taskId: string, optionsOrRun: unknown, maybeRun?: unknown): AnyTask {
  const options = (maybeRun === undefined && typeof optionsOrRun === 'function' ? {} : optionsOrRun) as FunctionTaskOptions<Inputs>
  const run = typeof optionsOrRun === 'function' ? optionsOrRun : maybeRun
  if (typeof run !== 'function')
    throw new MillraceError('bad_option', `${named('task', taskId)}: its last argument must be the function that it runs, not ${shown(run)}`)
  const { inputs, ...rest } = options
  const inputKind: Kind = { says: 'an object of tasks', holds: (value) => typeof value === 'object' && value !== null }
  return makeTask({
    operator: 'function',
    taskId,
    options: inputs === undefined ? rest : { ...rest, inputs },
    ownOptions: { inputs: inputKind },
    ...(inputs === undefined ? {} : { inputs }),
    code: { run: run as AnyFunction },
  })
}
