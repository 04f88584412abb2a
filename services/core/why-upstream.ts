/** Which instances a task instance in state none still waits for (SEMANTICS 2, 9): upstreams, setups, a teardown's work, and what it is mapped over. */
import type { DagDefinition, MapSource, TaskDefinition } from './dag.ts'
import { isFinished } from './states.ts'
import type { InstanceState, WaitFact, WhyInput } from './why-types.ts'

/** Ids of the tasks whose instances decide about this one: direct upstreams, setups above it, the tasks before a teardown. */
export const upstreamsToAsk = (definition: DagDefinition, taskId: string): readonly string[] => {
  const task = definition.tasks.find((one) => one.taskId === taskId)
  if (!task) return []
  return [...new Set([...task.upstream, ...setupsAbove(definition, task), ...workBefore(definition, task), ...mappedOver(definition, task)])]
}

export const waitsForUpstreams = ({ definition, instance, upstreams }: WhyInput): WaitFact[] => {
  const task = definition.tasks.find((one) => one.taskId === instance.taskId)
  if (!task) return []
  const relevant = upstreams.filter((one) => concerns(definition, instance, task, one))
  const open = (taskIds: readonly string[]): readonly InstanceState[] => relevant.filter((one) => taskIds.includes(one.taskId) && !isFinished(one.state))
  const facts: WaitFact[] = []
  const inputs = instance.mapIndex < 0 ? open(mappedOver(definition, task)) : []
  if (inputs.length > 0) facts.push({ kind: 'map_input', facts: { waitingFor: inputs } })
  const direct = open(task.upstream)
  if (direct.length > 0 && task.triggerRule !== 'always') {
    const total = relevant.filter((one) => task.upstream.includes(one.taskId)).length
    facts.push({ kind: 'upstream', facts: { rule: task.triggerRule, done: total - direct.length, total, waitingFor: direct } })
  }
  const setups = task.triggerRule === 'always' ? [] : open(setupsAbove(definition, task)).filter((one) => !task.upstream.includes(one.taskId))
  if (setups.length > 0) facts.push({ kind: 'setup', facts: { waitingFor: setups } })
  const work = open(workBefore(definition, task)).filter((one) => !task.upstream.includes(one.taskId))
  if (work.length > 0) facts.push({ kind: 'teardown', facts: { waitingFor: work } })
  return facts
}

/** Inside one mapped group index i waits for index i only; an upstream that is not expanded yet counts for all. */
const concerns = (definition: DagDefinition, instance: InstanceState, task: TaskDefinition, one: InstanceState): boolean => {
  if (instance.mapIndex < 0 || one.mapIndex < 0 || one.mapIndex === instance.mapIndex) return true
  const own = mappedGroup(definition, task)
  const other = definition.tasks.find(({ taskId }) => taskId === one.taskId)
  return own === null || !other || mappedGroup(definition, other) !== own
}

const mappedGroup = (definition: DagDefinition, task: TaskDefinition): string | null => {
  for (let id = task.groupId; id !== null; ) {
    const group = definition.groups.find(({ groupId }) => groupId === id)
    if (!group) return null
    if (group.map !== null) return group.groupId
    id = group.parent
  }
  return null
}

/** Tasks whose results this one, or the group it stands in, is mapped over. */
const mappedOver = (definition: DagDefinition, task: TaskDefinition): readonly string[] => {
  const groupId = mappedGroup(definition, task)
  const map = task.map ?? definition.groups.find((group) => group.groupId === groupId)?.map ?? null
  if (map === null) return []
  const sources: readonly MapSource[] = map.kind === 'each' ? [map.records] : Object.values(map.inputs)
  return sources.flatMap((source) => ('task' in source ? source.task : []))
}

const above = (definition: DagDefinition, taskId: string): ReadonlySet<string> => {
  const byId = new Map(definition.tasks.map((task) => [task.taskId, task]))
  const seen = new Set<string>()
  const next = [...(byId.get(taskId)?.upstream ?? [])]
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    next.push(...(byId.get(id)?.upstream ?? []))
  }
  return seen
}

/** Setups in whose scope the task stands: above it, and none of their teardowns between. */
const setupsAbove = (definition: DagDefinition, task: TaskDefinition): readonly string[] => {
  const up = above(definition, task.taskId)
  return definition.tasks
    .filter((one) => one.setup && up.has(one.taskId))
    .filter((setup) => !definition.tasks.some((one) => one.teardown?.setups.includes(setup.taskId) && up.has(one.taskId)))
    .map((one) => one.taskId)
}

/** A teardown waits for every task between its setups and itself. */
const workBefore = (definition: DagDefinition, task: TaskDefinition): readonly string[] => {
  if (task.teardown === null) return []
  const up = above(definition, task.taskId)
  const { setups } = task.teardown
  return definition.tasks.filter((one) => up.has(one.taskId) && setups.some((setup) => above(definition, one.taskId).has(setup))).map((one) => one.taskId)
}
