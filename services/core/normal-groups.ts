import type { GroupDefinition, TaskDefinition } from './dag.ts'
import { kinds, orNull, shown } from './normal-kinds.ts'
import { isMapProblem, mapTasks, normalMap } from './normal-map.ts'
import { didYouMean, idProblem } from './normal-names.ts'
import { isRecord, makeFieldReader, type Problems } from './normal-problems.ts'

/** Task groups, each behind its parent. */
export const normalGroups = (given: unknown, problems: Problems): readonly GroupDefinition[] => {
  if (given === undefined) return []
  if (!Array.isArray(given)) {
    problems.add('groups', `must be a list, not ${shown(given)}`)
    return []
  }
  const groups = new Map<string, GroupDefinition>()
  for (const [index, item] of given.entries()) {
    const path = `groups[${index}]`
    if (!isRecord(item)) {
      problems.add(path, `must be an object with groupId, not ${shown(item)}`)
      continue
    }
    const fields = makeFieldReader(item, path, ['groupId', 'parent', 'tooltip', 'map'], problems)
    const groupId = typeof item.groupId === 'string' ? item.groupId : ''
    const problem = idProblem(item.groupId) ?? (groups.has(groupId) ? `there are two groups with the id '${groupId}'` : null)
    if (problem !== null) fields.problem('groupId', problem)
    const parent = fields.read<string | null>('parent', orNull(kinds.text), null)
    if (parent !== null && !groups.has(parent)) fields.problem('parent', `there is no group '${parent}' before this one: list the outer group first`)
    else if (parent !== null && !groupId.startsWith(`${parent}.`))
      fields.problem('groupId', `must begin with the id of the group it stands in: write '${parent}.${groupId}'`)
    const map = normalMap(item.map)
    if (isMapProblem(map)) fields.problem(map.at, map.says)
    groups.set(groupId, { groupId, parent, tooltip: fields.read<string | null>('tooltip', orNull(kinds.text), null), map: isMapProblem(map) ? null : map })
  }
  return [...groups.values()]
}

/** The groups that a group (by id) stands in, itself first. */
export const groupsAround = (groups: ReadonlyMap<string, GroupDefinition>, groupId: string | null): readonly GroupDefinition[] => {
  const around: GroupDefinition[] = []
  for (let at = groupId === null ? undefined : groups.get(groupId); at !== undefined && !around.includes(at); at = groups.get(at.parent ?? '')) around.push(at)
  return around
}

/** The mapped group that a group (by id) belongs to, or null. There is at most one: maps do not nest. */
export const mappedGroupOf = (groups: ReadonlyMap<string, GroupDefinition>, groupId: string | null): GroupDefinition | null =>
  groupsAround(groups, groupId).find((group) => group.map !== null) ?? null

/** What a mapped group is mapped over must be there before any of its tasks: it stands above those without an upstream in the group. */
export const withGroupSources = (tasks: readonly TaskDefinition[], groups: readonly GroupDefinition[]): readonly TaskDefinition[] => {
  if (groups.every(({ map }) => mapTasks(map).length === 0)) return tasks
  const byId = new Map(groups.map((group) => [group.groupId, group]))
  const mapped = new Map(tasks.map((task) => [task.taskId, mappedGroupOf(byId, task.groupId)]))
  return tasks.map((task) => {
    const group = mapped.get(task.taskId) ?? null
    if (group === null || task.upstream.some((upstream) => mapped.get(upstream) === group)) return task
    return { ...task, upstream: [...new Set([...task.upstream, ...mapTasks(group.map)])] }
  })
}

/** Groups and tasks fit together: ids, prefixes, and no map inside a map. */
export const checkGroups = (tasks: ReadonlyMap<string, TaskDefinition>, groups: readonly GroupDefinition[], problems: Problems): void => {
  const byId = new Map(groups.map((group) => [group.groupId, group]))
  for (const [index, { groupId, parent, map }] of groups.entries()) {
    const path = `groups[${index}]`
    if (tasks.has(groupId)) problems.add(`${path}.groupId`, `there is a task with the id '${groupId}', too: give one of them another id`, groupId)
    if (map === null) continue
    const outer = mappedGroupOf(byId, parent)
    if (outer !== null) problems.add(`${path}.map`, `stands inside of the mapped group '${outer.groupId}': no mapping inside a mapped group`)
    for (const source of mapTasks(map)) {
      const task = tasks.get(source)
      if (task === undefined) problems.add(`${path}.map`, `the DAG has no task '${source}'${didYouMean(source, [...tasks.keys()].slice(0, 1000))}`)
      else if (groupsAround(byId, task.groupId).some((around) => around.groupId === groupId))
        problems.add(`${path}.map`, `is mapped over the result of '${source}', which stands in the group itself: take a task from outside`)
    }
  }
  for (const task of tasks.values()) checkTaskGroup(task, byId, problems)
}

const checkTaskGroup = (task: TaskDefinition, groups: ReadonlyMap<string, GroupDefinition>, problems: Problems): void => {
  const { taskId, groupId, map } = task
  const path = `tasks.${taskId}`
  if (groupId !== null && !groups.has(groupId))
    problems.add(`${path}.groupId`, `there is no group '${groupId}'${didYouMean(groupId, [...groups.keys()])}`, taskId)
  else if (groupId !== null && !taskId.startsWith(`${groupId}.`))
    problems.add(`${path}.groupId`, `the id of a task begins with that of its group: write '${groupId}.${taskId}'`, taskId)
  const outer = mappedGroupOf(groups, groupId)
  if (map !== null && outer !== null)
    problems.add(`${path}.map`, `stands inside of the mapped group '${outer.groupId}': no mapping inside a mapped group`, taskId)
  if (task.triggerRule === 'always' && mapTasks(map ?? outer?.map ?? null).length > 0)
    problems.add(`${path}.triggerRule`, "cannot be 'always' where a task is mapped over a result: it has to wait for that", taskId)
}
