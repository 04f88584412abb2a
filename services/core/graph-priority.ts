/** Effective priority (SEMANTICS 8): own weight plus that of all descendants (downstream), of all ancestors (upstream), or just its own (absolute). */
import type { DagDefinition, TaskDefinition } from './dag.ts'

type Edges = ReadonlyMap<string, readonly string[]>

export const prioritiesOf = (definition: DagDefinition, upstream: Edges, downstream: Edges): ReadonlyMap<string, number> => {
  if (definition.tasks.length > 2000) return chainPriorities(definition, upstream, downstream)
  const weight = new Map(definition.tasks.map((t) => [t.taskId, t.priorityWeight]))
  const priorityOf = (task: TaskDefinition): number => {
    if (task.weightRule === 'absolute') return task.priorityWeight
    const next = task.weightRule === 'downstream' ? downstream : upstream
    let sum = 0
    const seen = new Set([task.taskId])
    for (const id of seen) {
      sum += weight.get(id) ?? 0
      for (const further of next.get(id) ?? []) seen.add(further)
    }
    return sum
  }
  return new Map(definition.tasks.map((task) => [task.taskId, priorityOf(task)]))
}

/**
 * Over 2,000 tasks the exact sum over distinct descendants costs seconds to compile; the longest weighted path keeps the same order between a task
 * and those beyond it, which is what priorities are for.
 */
const chainPriorities = (definition: DagDefinition, upstream: Edges, downstream: Edges): Map<string, number> => {
  const longest = (tasks: readonly TaskDefinition[], next: Edges): Map<string, number> => {
    const found = new Map<string, number>()
    for (const task of tasks) {
      let beyond = 0
      for (const id of next.get(task.taskId) ?? []) beyond = Math.max(beyond, found.get(id) ?? 0)
      found.set(task.taskId, task.priorityWeight + beyond)
    }
    return found
  }
  const below = longest(definition.tasks.toReversed(), downstream)
  const above = longest(definition.tasks, upstream)
  const chosen = (task: TaskDefinition): number =>
    (task.weightRule === 'absolute' ? undefined : (task.weightRule === 'upstream' ? above : below).get(task.taskId)) ?? task.priorityWeight
  return new Map(definition.tasks.map((task) => [task.taskId, chosen(task)]))
}
