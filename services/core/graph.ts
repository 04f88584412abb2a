import type { DagDefinition, TaskDefinition } from './dag.ts'
import type { Slot } from './gate.ts'
import { type MapUnit, mapUnitsOf } from './graph-maps.ts'
import { prioritiesOf } from './graph-priority.ts'
import { leavesOf, scopesOf } from './graph-scopes.ts'
import { groupRootsOf, isSkipper, skipsAll } from './graph-skips.ts'

/** A definition made ready for deciding: for each task, what it looks at and who looks at it. */
export interface Graph {
  readonly definition: DagDefinition
  readonly tasks: ReadonlyMap<string, GraphTask>
  /** Tasks that decide the run's state (SEMANTICS 1). */
  readonly leaves: readonly GraphTask[]
  /** Task -> the units that are mapped over its result. */
  readonly unitsBySource: ReadonlyMap<string, readonly MapUnit[]>
  /** Group -> its roots. */
  readonly groupRoots: ReadonlyMap<string, readonly string[]>
  /** Setup -> its teardowns. */
  readonly teardownsOf: ReadonlyMap<string, readonly string[]>
  /** Some task looks at the run before. */
  readonly looksBack: boolean
}

export interface GraphTask {
  readonly definition: TaskDefinition
  readonly upstream: readonly string[]
  readonly downstream: readonly string[]
  /** SEMANTICS 8. */
  readonly priority: number
  /** Whose ends it counts, by role (gate.ts). */
  readonly counts: { readonly [S in Slot]: readonly string[] }
  /** Who counts its ends. */
  readonly countedBy: readonly { readonly taskId: string; readonly slot: Slot }[]
  /** What it is expanded with, or null when it is not mapped. */
  readonly unit: MapUnit | null
  /** Who may have decided to skip it. */
  readonly skippers: readonly string[]
  /** Every setup in whose scope it stands, direct ones included. */
  readonly setupsAbove: readonly string[]
  /** Which tasks of the next run look at it in this one (depends on past, wait for downstream). */
  readonly pastBelow: readonly string[]
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

const none: readonly string[] = []

const compile = (definition: DagDefinition): Graph => {
  const downstream = new Map<string, string[]>(definition.tasks.map((t) => [t.taskId, []]))
  for (const task of definition.tasks) for (const up of task.upstream) downstream.get(up)?.push(task.taskId)
  const upstream = new Map(definition.tasks.map((t) => [t.taskId, t.upstream]))
  const byId = new Map(definition.tasks.map((t) => [t.taskId, t]))
  const priorities = prioritiesOf(definition, upstream, downstream)
  const scopes = scopesOf(definition.tasks, upstream, downstream)
  const units = mapUnitsOf(definition)
  const skippers = skippersOf(definition, downstream)
  const countedBy = new Map<string, { taskId: string; slot: Slot }[]>(definition.tasks.map((t) => [t.taskId, []]))

  const countsOf = (task: TaskDefinition): GraphTask['counts'] => {
    const direct = new Set(task.upstream)
    const setups = task.triggerRule === 'always' ? none : [...(scopes.setupsAbove.get(task.taskId) ?? [])].filter((id) => !direct.has(id))
    if (task.teardown === null) return { upstream: task.upstream, setups, directSetups: none, between: none }
    return {
      upstream: task.upstream,
      setups,
      directSetups: task.upstream.filter((id) => byId.get(id)?.setup === true),
      between: [...(scopes.between.get(task.taskId) ?? [])].filter((id) => !direct.has(id)),
    }
  }
  const pastBelow = (task: TaskDefinition): readonly string[] => {
    const waiting = task.upstream.filter((id) => byId.get(id)?.waitForDownstream === true)
    return task.dependsOnPast || task.waitForDownstream ? [task.taskId, ...waiting] : waiting
  }

  const tasks = new Map<string, GraphTask>()
  for (const task of definition.tasks) {
    const { taskId } = task
    const counts = countsOf(task)
    for (const slot of ['upstream', 'setups', 'directSetups', 'between'] as const) for (const id of counts[slot]) countedBy.get(id)?.push({ taskId, slot })
    tasks.set(taskId, {
      definition: task,
      upstream: task.upstream,
      downstream: downstream.get(taskId) ?? none,
      priority: priorities.get(taskId) ?? task.priorityWeight,
      counts,
      countedBy: countedBy.get(taskId) ?? [],
      unit: units.get(taskId) ?? null,
      skippers: skippers.get(taskId) ?? none,
      setupsAbove: [...(scopes.setupsAbove.get(taskId) ?? none)],
      pastBelow: pastBelow(task),
    })
  }
  return {
    definition,
    tasks,
    leaves: leavesOf(definition.tasks, downstream).flatMap((id) => tasks.get(id) ?? []),
    unitsBySource: bySource(new Set(units.values())),
    groupRoots: groupRootsOf(definition),
    teardownsOf: scopes.teardownsOf,
    looksBack: definition.tasks.some((t) => t.dependsOnPast || t.waitForDownstream),
  }
}

const bySource = (units: ReadonlySet<MapUnit>): Map<string, MapUnit[]> => {
  const found = new Map<string, MapUnit[]>()
  for (const unit of units) for (const source of unit.sources) found.set(source, [...(found.get(source) ?? []), unit])
  return found
}

const skippersOf = ({ tasks }: DagDefinition, downstream: ReadonlyMap<string, readonly string[]>): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  for (const task of tasks) {
    if (!isSkipper(task)) continue
    const below = skipsAll(task) ? [...reach(task.taskId, downstream)].slice(1) : (downstream.get(task.taskId) ?? none)
    for (const id of below) found.set(id, [...(found.get(id) ?? []), task.taskId])
  }
  return found
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

/** All tasks downstream of one, itself excluded. */
export const descendants = (graph: Graph, taskId: string): Set<string> => {
  const seen = new Set(graph.tasks.get(taskId)?.downstream)
  for (const id of seen) for (const below of graph.tasks.get(id)?.downstream ?? []) seen.add(below)
  return seen
}
