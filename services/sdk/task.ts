/** What a task of a DAG is to its author, and what the SDK keeps of it. */
import type { Json, JsonObject, TaskMap } from '../core/dag.ts'
import type { BuildScope } from './build-scope.ts'
import type { AnyGroup } from './group-parts.ts'
import type { ListOf, MapRecords, MapSourcesFor } from './map-sources.ts'

/** Carries the type of the result; no such property exists. */
declare const resultType: unique symbol

/** What the SDK keeps of a task. Under a global symbol, so that a task made by another copy of the SDK is one, too. */
export const taskParts = Symbol.for('millrace.task')

export interface TaskParts {
  readonly operator: string
  readonly scope: BuildScope
  /** The group it stands in, or null. */
  readonly groupId: string | null
  readonly upstream: Set<string>
  /** The options in TaskDefinition's names; defaults left out. */
  readonly options: JsonObject
  readonly args: JsonObject
  /** Name of the input -> the task whose result it is. */
  readonly inputs: Readonly<Record<string, string>>
  /** Name of the input -> the item of the mapped group that it is. */
  readonly items: Readonly<Record<string, string>>
  /** The functions among its options, by name. */
  readonly code: Readonly<Record<string, AnyFunction>>
  /** Made where the author wrote the task: its stack names the line. */
  readonly madeAt: Error
  map: TaskMap | null
  setup: boolean
  teardown: { readonly setups: readonly string[]; readonly onFailureFailDagrun: boolean } | null
}

// biome-ignore lint/suspicious/noExplicitAny: each operator knows its own functions' types
export type AnyFunction = (...args: any[]) => unknown

export interface TeardownOptions {
  /** What it takes down. Their teardown also runs behind them. */
  readonly setups?: AnyTask | readonly AnyTask[]
  /** true: its failure fails the run. Default: a teardown does not decide the run's state. */
  readonly onFailureFailDagrun?: boolean
}

/** A task of a DAG; `T` is what it returns, as downstream tasks get it. */
export interface Task<out T = unknown> {
  /** With the ids of the groups around it: `load.extract`. */
  readonly taskId: string
  /** `a.before(b, c)` is Airflow's `a >> [b, c]`. With a group: its roots. */
  before(...steps: readonly Steps[]): void
  /** `c.after(a, b)` is Airflow's `[a, b] >> c`. With a group: its leaves. */
  after(...steps: readonly Steps[]): void
  /** Makes ready what the tasks behind it need; they run when it succeeded. */
  asSetup(): this
  /** Runs when its setups succeeded, whatever became of the tasks between them, and does not decide the run's state. */
  asTeardown(options?: TeardownOptions): this
  readonly [resultType]?: T
  readonly [taskParts]: TaskParts
}

/** A task that may still be mapped (SEMANTICS 9). `N`: what its function needs as `inputs` beside results of other tasks. Use the task that these return. */
export interface MappableTask<out T = unknown, N = NoItems> extends Task<T> {
  /**
   * One instance for each item; with several inputs for each combination, the last one varying fastest. An item is one of a list, `[key, value]` of a
   * record, or one of what an upstream task returned. Other operators than functions have it as `{{ inputs.x }}`, or as the argument of that name.
   * @example bash('greet', 'echo {{ inputs.name }}').map({ name: ['Ada', 'Grace'] })
   */
  map(sources: MapSourcesFor<N>): Task<ListOf<T>>
  /** Item i of each list together; the shortest list decides how many. */
  zip(sources: MapSourcesFor<N>): Task<ListOf<T>>
  /** One instance for each record of a list; its fields are the inputs. */
  mapEach(records: MapRecords<N>): Task<ListOf<T>>
}

/** Nothing is needed. */
export type NoItems = Record<never, unknown>

export type AnyTask = Task<unknown>
export type Step = AnyTask | AnyGroup
export type Steps = Step | readonly Step[]

/** What a task of a mapped group gets of what the group is mapped over: give it as an input to tasks of the group. */
export interface Item<out T = unknown> {
  readonly [itemParts]: { readonly scope: BuildScope; readonly groupId: string; readonly name: string }
  readonly [resultType]?: T
}

export const itemParts = Symbol.for('millrace.item')

export type Inputs = { readonly [name: string]: AnyTask | Item }
export type InputValues<I extends Inputs> = { readonly [N in keyof I]: I[N] extends Task<infer T> ? T : I[N] extends Item<infer T> ? T : never }

/** What becomes of a value on its way through JSON: a Date arrives as text, a function is refused (never). */
export type Jsonified<T> = unknown extends T
  ? T
  : [T] extends [Json] // JSON already: also what ends a type that is all JSON, such as a param
    ? T
    : JsonifiedOther<T>

type JsonifiedOther<T> = T extends string | number | boolean | null | undefined | void
  ? T
  : T extends bigint | symbol | ((...args: never[]) => unknown)
    ? never
    : T extends { toJSON(): infer J }
      ? Jsonified<J>
      : T extends object
        ? { [K in keyof T]: Jsonified<T[K]> }
        : never

export const isTask = (value: unknown): value is AnyTask => typeof value === 'object' && value !== null && taskParts in value

export const isItem = (value: unknown): value is Item => typeof value === 'object' && value !== null && itemParts in value
