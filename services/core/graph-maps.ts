/** What is expanded together (SEMANTICS 9): a mapped task alone, or all tasks of a mapped group. */
import type { DagDefinition, TaskMap } from './dag.ts'

export interface MapUnit {
  /** Of the task or the group. */
  readonly unitId: string
  readonly map: TaskMap
  /** A group runs depth first: index i of a task in it depends only on index i. */
  readonly isGroup: boolean
  readonly tasks: readonly string[]
  /** Tasks over whose results it is mapped. */
  readonly sources: readonly string[]
}

/** Task -> its unit. */
export const mapUnitsOf = ({ tasks, groups }: Pick<DagDefinition, 'tasks' | 'groups'>): ReadonlyMap<string, MapUnit> => {
  const units = new Map<string, MapUnit>()
  const byGroup = new Map(groups.map((group) => [group.groupId, group]))
  const members = new Map<string, string[]>()
  for (const task of tasks) {
    if (task.map !== null) units.set(task.taskId, { unitId: task.taskId, map: task.map, isGroup: false, tasks: [task.taskId], sources: sourcesOf(task.map) })
    for (let group = byGroup.get(task.groupId ?? ''); group; group = byGroup.get(group.parent ?? '')) {
      const list = members.get(group.groupId) ?? []
      list.push(task.taskId)
      members.set(group.groupId, list)
    }
  }
  for (const { groupId, map } of groups) {
    if (map === null) continue
    const unit: MapUnit = { unitId: groupId, map, isGroup: true, tasks: members.get(groupId) ?? [], sources: sourcesOf(map) }
    for (const taskId of unit.tasks) if (!units.has(taskId)) units.set(taskId, unit)
  }
  return units
}

const sourcesOf = (map: TaskMap): readonly string[] => {
  const sources = map.kind === 'each' ? [map.records] : Object.values(map.inputs)
  return [...new Set(sources.flatMap((source) => ('task' in source ? [source.task] : [])))]
}
