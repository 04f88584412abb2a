import type { DagDefinition, TaskDefinition } from './dag.ts'

/** A definition made ready for deciding: who is downstream of whom, and each task's effective priority. */
export interface Graph {
  readonly definition: DagDefinition
  readonly tasks: ReadonlyMap<string, GraphTask>
  readonly roots: readonly GraphTask[]
  /** Tasks without downstreams: they decide the run's state (SEMANTICS 1). */
  readonly leaves: readonly GraphTask[]
}

export interface GraphTask {
  readonly definition: TaskDefinition
  readonly upstream: readonly string[]
  readonly downstream: readonly string[]
  /** SEMANTICS 8: own weight plus that of all descendants (downstream), of all ancestors (upstream), or just its own (absolute). */
  readonly priority: number
}

const compiled = new WeakMap<DagDefinition, Graph>()

/** The graph of a definition; made once for each. */
export const graphOf = (definition: DagDefinition): Graph => {
  const known = compiled.get(definition)
  if (known) return known
  const graph = compile(definition)
  compiled.set(definition, graph)
  return graph
}

const compile = (definition: DagDefinition): Graph => {
  const downstream = new Map<string, string[]>(definition.tasks.map((t) => [t.taskId, []]))
  for (const task of definition.tasks) for (const up of task.upstream) downstream.get(up)?.push(task.taskId)
  const upstream = new Map(definition.tasks.map((t) => [t.taskId, t.upstream]))
  const weight = new Map(definition.tasks.map((t) => [t.taskId, t.priorityWeight]))
  const priorityOf = (task: TaskDefinition): number => {
    if (task.weightRule === 'absolute') return task.priorityWeight
    const next = task.weightRule === 'downstream' ? downstream : upstream
    let sum = 0
    for (const id of reach(task.taskId, next)) sum += weight.get(id) ?? 0
    return sum
  }
  const priorities = definition.tasks.length > 2000 ? chainPriorities(definition, downstream) : null
  const tasks = new Map(
    definition.tasks.map((task) => [
      task.taskId,
      { definition: task, upstream: task.upstream, downstream: downstream.get(task.taskId) ?? [], priority: priorities?.get(task.taskId) ?? priorityOf(task) },
    ]),
  )
  const all = [...tasks.values()]
  return { definition, tasks, roots: all.filter((t) => t.upstream.length === 0), leaves: all.filter((t) => t.downstream.length === 0) }
}

/**
 * Over 2,000 tasks the exact sum over distinct descendants costs seconds to compile; the longest weighted path below keeps the same order
 * between a task and its descendants, which is what priorities are for.
 */
const chainPriorities = (definition: DagDefinition, downstream: ReadonlyMap<string, readonly string[]>): Map<string, number> => {
  const longest = new Map<string, number>()
  for (const task of definition.tasks.toReversed()) {
    let below = 0
    if (task.weightRule !== 'absolute') for (const id of downstream.get(task.taskId) ?? []) below = Math.max(below, longest.get(id) ?? 0)
    longest.set(task.taskId, task.priorityWeight + below)
  }
  return longest
}

/** A task and everything beyond it in one direction. */
export const reach = (from: string, next: ReadonlyMap<string, readonly string[]>): Set<string> => {
  const seen = new Set([from])
  for (const id of seen) for (const further of next.get(id) ?? []) seen.add(further)
  return seen
}

/** All tasks upstream of one, itself excluded. */
export const ancestors = (graph: Graph, taskId: string): Set<string> => {
  const seen = new Set(graph.tasks.get(taskId)?.upstream)
  for (const id of seen) for (const up of graph.tasks.get(id)?.upstream ?? []) seen.add(up)
  return seen
}
