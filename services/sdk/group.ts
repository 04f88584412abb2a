import type { TaskMap } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import { kinds, shown } from '../core/normal-kinds.ts'
import { idProblem } from '../core/normal-names.ts'
import { type BuildScope, currentScope, idInScope, openGroup, refusePromise } from './build-scope.ts'
import { type Group, groupParts } from './group-parts.ts'
import { link, stepsOf } from './link.ts'
import { type AnySources, type ItemsOf, type ListOf, mapOver, mapOverEach } from './map-sources.ts'
import { checkOptions, named } from './options.ts'
import { type Item, itemParts, type Task } from './task.ts'
import { type TaskOptions, taskOptionKinds } from './task-options.ts'

export interface GroupOptions {
  /** Shown in the graph. */
  readonly tooltip?: string
  /** Options for every task of the group that does not say otherwise; over those of the DAG. */
  readonly defaultArgs?: TaskOptions
}

type Build<M> = () => M
export type Items<V> = { readonly [K in keyof V]-?: Item<V[K]> }

/** Tasks of a mapped group as the world outside sees them: the result is the list of all instances' results. */
type Listed<M> =
  M extends Task<infer T> ? Task<ListOf<T>> : M extends object ? { readonly [K in keyof M]: M[K] extends Task<infer T> ? Task<ListOf<T>> : M[K] } : M

interface MakeGroup {
  <M>(groupId: string, build: Build<M>): Group<M>
  <M>(groupId: string, options: GroupOptions, build: Build<M>): Group<M>
}
interface MakeMappedGroup {
  <M, const S extends AnySources>(groupId: string, sources: S, build: (items: Items<ItemsOf<S>>) => M): Group<Listed<M>>
  <M, const S extends AnySources>(groupId: string, sources: S, options: GroupOptions, build: (items: Items<ItemsOf<S>>) => M): Group<Listed<M>>
}
interface MakeGroupForEach {
  <M, E extends object>(groupId: string, records: readonly E[] | Task<readonly E[]>, build: (items: Items<E>) => M): Group<Listed<M>>
  <M, E extends object>(groupId: string, records: readonly E[] | Task<readonly E[]>, options: GroupOptions, build: (items: Items<E>) => M): Group<Listed<M>>
}

const groupKinds = { tooltip: kinds.text, defaultArgs: kinds.object }

type MapOf = ((where: string, scope: BuildScope) => TaskMap) | null

const makeGroup = (groupId: string, mapOf: MapOf, optionsOrBuild: unknown, maybeBuild: unknown): Group<never> => {
  const where = named('group', groupId)
  const scope = currentScope(where)
  const isAlone = typeof optionsOrBuild === 'function' && maybeBuild === undefined
  const build = isAlone ? optionsOrBuild : maybeBuild
  const options = (isAlone ? {} : optionsOrBuild) as GroupOptions
  if (typeof build !== 'function')
    throw new MillraceError('bad_option', `${where}: its last argument must be a function that makes the tasks, not ${shown(build)}`)
  checkOptions(where, options, groupKinds)
  checkOptions(`${where}, defaultArgs`, options.defaultArgs ?? {}, taskOptionKinds)
  const ownProblem = idProblem(groupId)
  const id = idInScope(scope, groupId)
  const problem = ownProblem ?? idProblem(id)
  if (problem !== null) throw new MillraceError('bad_dag', `dag '${scope.dagId}': group id ${problem}`)
  if (scope.groups.has(id) || scope.tasks.has(id)) throw new MillraceError('bad_dag', `dag '${scope.dagId}' has a task or group with the id '${id}' already`)
  const around = openGroup(scope)
  const map = mapOf?.(where, scope) ?? null
  if (map !== null && scope.open.some((group) => group.map !== null))
    throw new MillraceError('bad_dag', `${where} stands inside of a mapped group: no mapping inside a mapped group`)
  const inner = {
    groupId: id,
    parent: around?.groupId ?? null,
    tooltip: options.tooltip ?? null,
    map,
    defaultArgs: { ...(around ?? scope).defaultArgs, ...options.defaultArgs },
  }
  scope.groups.set(id, inner)
  scope.open.push(inner)
  let made: unknown
  try {
    made = (build as (items: unknown) => unknown)(map === null ? undefined : itemsOf(scope, id, map))
    refusePromise(where, made)
  } finally {
    scope.open.pop()
  }
  const self: Group = Object.freeze({
    groupId: id,
    made,
    before: (...steps) => {
      for (const other of stepsOf(steps)) link(self, other)
    },
    after: (...steps) => {
      for (const other of stepsOf(steps)) link(other, self)
    },
    [groupParts]: { scope },
  } satisfies Group)
  return self as Group<never>
}

/** Which fields the records of a result have is known by type alone: any name gives an item there. */
const itemsOf = (scope: BuildScope, groupId: string, map: TaskMap): object => {
  const item = (name: string): Item => Object.freeze({ [itemParts]: { scope, groupId, name } })
  if (map.kind !== 'each') return Object.freeze(Object.fromEntries(Object.keys(map.inputs).map((name) => [name, item(name)])))
  return new Proxy({}, { get: (_, name) => (typeof name === 'string' ? item(name) : undefined) })
}

/**
 * A group of tasks: its id stands before theirs, its default arguments are theirs, and `before`/`after` reach its roots and leaves.
 * @example
 * const load = group('load', { defaultArgs: { retries: 2 } }, () => {
 *   chain(empty('start'), bash('copy', 'cp a b'))            // load.start, load.copy
 * })
 * // Mapped: all its tasks once for each file; index i of a task depends on index i alone.
 * group.map('per_file', { file: listFiles }, ({ file }) => {
 *   const size = task('size', { inputs: { file } }, ({ inputs }) => sizeOf(inputs.file))
 * })
 */
export const group: MakeGroup & { readonly map: MakeMappedGroup; readonly zip: MakeMappedGroup; readonly mapEach: MakeGroupForEach } = Object.assign(
  ((groupId: string, options: unknown, build?: unknown) => makeGroup(groupId, null, options, build)) as MakeGroup,
  {
    map: ((groupId: string, sources: unknown, options: unknown, build?: unknown) =>
      makeGroup(groupId, (where, scope) => mapOver(where, scope, 'cross', sources), options, build)) as MakeMappedGroup,
    zip: ((groupId: string, sources: unknown, options: unknown, build?: unknown) =>
      makeGroup(groupId, (where, scope) => mapOver(where, scope, 'zip', sources), options, build)) as MakeMappedGroup,
    mapEach: ((groupId: string, records: unknown, options: unknown, build?: unknown) =>
      makeGroup(groupId, (where, scope) => mapOverEach(where, scope, records), options, build)) as MakeGroupForEach,
  },
)
