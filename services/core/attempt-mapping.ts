import type { DagDefinition, GroupDefinition, TaskMap } from './dag.ts'
import { mappedGroupOf } from './normal-groups.ts'

/** Where a task gets its map from. */
export interface TaskMapping {
  /** Its own, or that of the mapped group it stands in. */
  readonly map: TaskMap
  /** The mapped group it stands in: index i of its tasks belongs together. */
  readonly group: GroupDefinition | null
}

const known = new WeakMap<DagDefinition, ReadonlyMap<string, TaskMapping>>()

/** The mapped tasks of a DAG by id: those with a map of their own and those in a mapped group. Made once for each definition. */
export const mappedTasks = (definition: DagDefinition): ReadonlyMap<string, TaskMapping> => {
  const found = known.get(definition)
  if (found !== undefined) return found
  const groups = new Map(definition.groups.map((group) => [group.groupId, group]))
  const mapped = new Map<string, TaskMapping>()
  for (const task of definition.tasks) {
    const group = task.map === null ? mappedGroupOf(groups, task.groupId) : null
    const map = task.map ?? group?.map ?? null
    if (map !== null) mapped.set(task.taskId, { map, group })
  }
  known.set(definition, mapped)
  return mapped
}

/** Those of the tasks upstream whose results arrive as lists: mapped ones, but for those in this task's own mapped group, where index i meets index i. */
export const listedUpstream = (definition: DagDefinition, taskId: string, upstream: Iterable<string>): readonly string[] => {
  const mapped = mappedTasks(definition)
  const group = mapped.get(taskId)?.group ?? null
  return [...upstream].filter((id) => {
    const other = mapped.get(id)
    return other !== undefined && (group === null || other.group !== group)
  })
}
