import type { DagDefinition } from './dag.ts'
import { kinds, orNull, shown } from './normal-kinds.ts'
import { idProblem } from './normal-names.ts'
import { isRecord, makeFieldReader, type Problems } from './normal-problems.ts'

type Group = DagDefinition['groups'][number]

/** Task groups, each behind its parent. */
export const normalGroups = (given: unknown, problems: Problems): readonly Group[] => {
  if (given === undefined) return []
  if (!Array.isArray(given)) {
    problems.add('groups', `must be a list, not ${shown(given)}`)
    return []
  }
  const groups = new Map<string, Group>()
  for (const [index, item] of given.entries()) {
    const path = `groups[${index}]`
    if (!isRecord(item)) {
      problems.add(path, `must be an object with groupId, not ${shown(item)}`)
      continue
    }
    const fields = makeFieldReader(item, path, ['groupId', 'parent', 'tooltip'], problems)
    const groupId = typeof item.groupId === 'string' ? item.groupId : ''
    const problem = idProblem(item.groupId) ?? (groups.has(groupId) ? `there are two groups with the id '${groupId}'` : null)
    if (problem !== null) fields.problem('groupId', problem)
    const parent = fields.read<string | null>('parent', orNull(kinds.text), null)
    if (parent !== null && !groups.has(parent)) fields.problem('parent', `there is no group '${parent}' before this one: list the outer group first`)
    groups.set(groupId, { groupId, parent, tooltip: fields.read<string | null>('tooltip', orNull(kinds.text), null) })
  }
  return [...groups.values()]
}
