/** Branches, short circuits and latest-only in a graph (SEMANTICS 3): whom they may skip, and what a choice follows. */
import type { DagDefinition, TaskDefinition } from './dag.ts'
import type { Graph } from './graph.ts'

const skippers: ReadonlySet<string> = new Set(['branch', 'short_circuit', 'latest_only'])

export const isSkipper = (task: TaskDefinition): boolean => skippers.has(task.operator)

/** A short circuit skips all that is downstream of it, whatever its trigger rules, unless it is told to respect them. */
export const skipsAll = (task: TaskDefinition): boolean => task.operator === 'short_circuit' && task.args.ignoreDownstreamTriggerRules !== false

/** A short circuit leaves teardowns alone; a branch skips those, too. */
export const sparesTeardowns = (task: TaskDefinition): boolean => task.operator === 'short_circuit'

/** Group -> the tasks in it that have no upstream in it: what choosing the group means. */
export const groupRootsOf = ({ tasks, groups }: Pick<DagDefinition, 'tasks' | 'groups'>): ReadonlyMap<string, readonly string[]> => {
  const parents = new Map(groups.map(({ groupId, parent }) => [groupId, parent]))
  const members = new Map<string, Set<string>>(groups.map(({ groupId }) => [groupId, new Set()]))
  const byId = new Map(tasks.map((task) => [task.taskId, task]))
  for (const task of tasks) for (let group = task.groupId; group !== null; group = parents.get(group) ?? null) members.get(group)?.add(task.taskId)
  const roots = ([groupId, ids]: [string, Set<string>]): [string, string[]] => [
    groupId,
    [...ids].filter((id) => byId.get(id)?.upstream.every((upstream) => !ids.has(upstream)) === true),
  ]
  return new Map([...members].map(roots))
}

/** The ids that are neither a task nor a group of the DAG. */
export const unknownChoices = (graph: Graph, chosen: readonly string[]): readonly string[] =>
  chosen.filter((id) => !graph.tasks.has(id) && !graph.groupRoots.has(id))

const followedBy = new WeakMap<Graph, Map<string, ReadonlySet<string>>>()
const rememberedChoices = 1000

/** What goes on after a choice: the chosen tasks (a group's roots) and everything downstream of them. */
export const followed = (graph: Graph, chosen: readonly string[]): ReadonlySet<string> => {
  const known = followedBy.get(graph) ?? new Map<string, ReadonlySet<string>>()
  followedBy.set(graph, known)
  const key = JSON.stringify(chosen)
  const found = known.get(key)
  if (found) return found
  const seen = new Set(chosen.flatMap((id) => (graph.tasks.has(id) ? [id] : (graph.groupRoots.get(id) ?? []))))
  for (const id of seen) for (const below of graph.tasks.get(id)?.downstream ?? []) seen.add(below)
  if (known.size >= rememberedChoices) known.clear()
  known.set(key, seen)
  return seen
}

/** Whether a skipper that chose so skips this task, given that it stands below it. */
export const isSkippedBy = (graph: Graph, skipper: TaskDefinition, chosen: readonly string[], task: TaskDefinition): boolean =>
  !(task.teardown !== null && sparesTeardowns(skipper)) && !followed(graph, chosen).has(task.taskId)
