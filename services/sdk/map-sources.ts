/** What a task or group is mapped over, as its author gives it. */
import type { Json, JsonObject, MapSource, TaskMap } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import { jsonProblem } from '../core/normal-json.ts'
import { shown } from '../core/normal-kinds.ts'
import type { BuildScope } from './build-scope.ts'
import { isTask, type Task, taskParts } from './task.ts'

/** A list, a record, or a task that returns one. */
export type Source<T> = readonly T[] | Task<readonly T[]> | (T extends readonly [string, infer V] ? RecordOf<V> | Task<RecordOf<V>> : never)
type RecordOf<V> = { readonly [key: string]: V }

export type AnySource = readonly unknown[] | RecordOf<unknown> | Task<unknown>
export type AnySources = { readonly [name: string]: AnySource }

/** For a function that says which items it needs exactly those, else any. */
export type MapSourcesFor<N> = [keyof N] extends [never] ? AnySources : { readonly [K in keyof N]: Source<N[K]> }
export type MapRecords<N> = [keyof N] extends [never] ? AnyRecords : readonly N[] | Task<readonly N[]>
export type AnyRecords = readonly RecordOf<unknown>[] | Task<readonly object[]>

/** What one instance gets of a source. */
export type ItemOf<S> = S extends Task<infer R> ? PartOf<R> : PartOf<S>
type PartOf<R> = unknown extends R ? unknown : R extends readonly (infer T)[] ? T : R extends { readonly [key: string]: infer V } ? readonly [string, V] : never

export type ItemsOf<S extends AnySources> = { readonly [K in keyof S]: ItemOf<S[K]> }

/** The results of all instances that succeeded, in order; null of one that returned nothing. */
export type ListOf<T> = readonly Kept<T>[]
type Kept<T> = T extends undefined | void ? null : T

/** `{ x: [1, 2], y: upstream }` as data. Throws `bad_option` at the author's line. */
export const mapOver = (where: string, scope: BuildScope, kind: 'cross' | 'zip', sources: unknown): TaskMap => {
  if (typeof sources !== 'object' || sources === null || Array.isArray(sources) || isTask(sources) || Object.keys(sources).length === 0)
    throw new MillraceError('bad_option', `${where}: name what it is mapped over, as in map({ x: [1, 2, 3] }) or map({ x: upstream }), not ${shown(sources)}`)
  return { kind, inputs: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, sourceOf(`${where}, '${name}'`, scope, source)])) }
}

/** A list of records, or the task that returns it. */
export const mapOverEach = (where: string, scope: BuildScope, records: unknown): TaskMap => {
  if (!isTask(records) && !Array.isArray(records))
    throw new MillraceError('bad_option', `${where}: mapEach takes a list of records, or a task that returns one, not ${shown(records)}`)
  return { kind: 'each', records: sourceOf(where, scope, records) }
}

const sourceOf = (where: string, scope: BuildScope, source: unknown): MapSource => {
  if (isTask(source)) {
    if (source[taskParts].scope !== scope)
      throw new MillraceError('bad_dag', `${where}: task '${source.taskId}' is of another DAG, '${source[taskParts].scope.dagId}'`)
    return { task: source.taskId }
  }
  if (typeof source !== 'object' || source === null)
    throw new MillraceError('bad_option', `${where}: it is mapped over a list, a record, or a task that returns one, not ${shown(source)}`)
  const problem = jsonProblem(source)
  if (problem !== null) throw new MillraceError('bad_option', `${where}${problem.path === '' ? '' : `, ${problem.path}`}: ${problem.message}`)
  return { literal: source as readonly Json[] | JsonObject }
}
