import { MillraceError } from '../core/errors.ts'
import type { Kind } from '../core/normal-kinds.ts'
import { shown } from '../core/normal-kinds.ts'
import type { MappedContext, TaskContext } from './context.ts'
import { makeTask } from './make-task.ts'
import type { AnyRecords, AnySources, ItemsOf, ListOf } from './map-sources.ts'
import { named } from './options.ts'
import type { AnyFunction, AnyTask, Inputs, InputValues, Item, Jsonified, MappableTask, Task } from './task.ts'
import type { TaskOptions } from './task-options.ts'

export interface FunctionTaskOptions<I extends Inputs> extends TaskOptions {
  /** Tasks whose results the function gets as `inputs`; the task runs after them. */
  readonly inputs?: I
}

/** Of a task without the option: its `inputs` have no names. */
export type NoInputs = Record<never, AnyTask | Item>

type TaskFunction<I extends Inputs, R> = (context: TaskContext<I>) => R
type Result<R> = Jsonified<Awaited<R>>

/** Options and function, where the options may be left out. */
export const optionsAndFunction = <O extends object>(
  where: string,
  optionsOrRun: unknown,
  maybeRun: unknown,
): { readonly options: O; readonly run: AnyFunction } => {
  const isAlone = typeof optionsOrRun === 'function' && maybeRun === undefined
  const run = isAlone ? optionsOrRun : maybeRun
  if (typeof run !== 'function') throw new MillraceError('bad_option', `${where}: its last argument must be the function that it runs, not ${shown(run)}`)
  return { options: (isAlone ? {} : optionsOrRun) as O, run: run as AnyFunction }
}

export const inputKind: Kind = { says: 'an object of tasks', holds: (value) => typeof value === 'object' && value !== null }

const makeFunctionTask = (taskId: string, optionsOrRun: unknown, maybeRun: unknown): MappableTask => {
  const { options, run } = optionsAndFunction<FunctionTaskOptions<Inputs>>(named('task', taskId), optionsOrRun, maybeRun)
  return makeTask({
    operator: 'function',
    taskId,
    options: { ...options },
    ownOptions: { inputs: inputKind },
    ...(options.inputs === undefined ? {} : { inputs: options.inputs }),
    code: { run },
  })
}

/** The first two are for most tasks; the others for a function that says itself which items it needs: `({ inputs }: MappedContext<{ x: number }>) => ...`. */
interface MakeTask {
  <R>(taskId: string, run: TaskFunction<NoInputs, R>): MappableTask<Result<R>>
  <R, I extends Inputs = NoInputs>(taskId: string, options: FunctionTaskOptions<I>, run: TaskFunction<I, R>): MappableTask<Result<R>>
  <R, M extends object>(taskId: string, run: (context: MappedContext<M>) => R): MappableTask<Result<R>, M>
  <R, M extends object, I extends Inputs = NoInputs>(
    taskId: string,
    options: FunctionTaskOptions<I>,
    run: (context: MappedContext<InputValues<I> & M>) => R,
  ): MappableTask<Result<R>, Omit<M, keyof I>>
}

interface MakeMapped {
  <R, const S extends AnySources>(taskId: string, sources: S, run: (context: MappedContext<ItemsOf<S>>) => R): Task<ListOf<Result<R>>>
  <R, const S extends AnySources, I extends Inputs = NoInputs>(
    taskId: string,
    sources: S,
    options: FunctionTaskOptions<I>,
    run: (context: MappedContext<ItemsOf<S> & InputValues<I>>) => R,
  ): Task<ListOf<Result<R>>>
}

interface MakeMappedEach {
  <R, E extends object>(taskId: string, records: readonly E[] | Task<readonly E[]>, run: (context: MappedContext<E>) => R): Task<ListOf<Result<R>>>
  <R, E extends object, I extends Inputs = NoInputs>(
    taskId: string,
    records: readonly E[] | Task<readonly E[]>,
    options: FunctionTaskOptions<I>,
    run: (context: MappedContext<E & InputValues<I>>) => R,
  ): Task<ListOf<Result<R>>>
}

/**
 * A task that runs a function; what it returns (JSON) is its XCom.
 * @example
 * const extract = task('extract', async ({ ds }) => fetchUsers(ds))
 * const store = task('store', { inputs: { rows: extract }, retries: 2 }, async ({ inputs }) => save(inputs.rows))
 * // One instance for each item, which the function gets as an input; behind it, the results are a list:
 * const sizes = task.map('size', { file: listFiles }, ({ inputs }) => sizeOf(inputs.file))
 */
export const task: MakeTask & {
  /** `task(id, ...)` and its `.map(sources)` in one, so that the function's `inputs` have the items' types. */
  readonly map: MakeMapped
  readonly zip: MakeMapped
  readonly mapEach: MakeMappedEach
} = Object.assign(makeFunctionTask as MakeTask, {
  map: ((taskId: string, sources: AnySources, options: unknown, run: unknown) => makeFunctionTask(taskId, options, run).map(sources)) as MakeMapped,
  zip: ((taskId: string, sources: AnySources, options: unknown, run: unknown) => makeFunctionTask(taskId, options, run).zip(sources)) as MakeMapped,
  mapEach: ((taskId: string, records: AnyRecords, options: unknown, run: unknown) => makeFunctionTask(taskId, options, run).mapEach(records)) as MakeMappedEach,
})
