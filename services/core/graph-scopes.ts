/** What setups and teardowns add to a graph (SEMANTICS 1, 2): who waits for which setup, what lies between, and which tasks decide the run. */
import type { TaskDefinition } from './dag.ts'

type Edges = ReadonlyMap<string, readonly string[]>

export interface Scopes {
  /** Task -> every setup whose scope it stands in, near or far. */
  readonly setupsAbove: ReadonlyMap<string, ReadonlySet<string>>
  /** Teardown -> what lies between its setups and itself. */
  readonly between: ReadonlyMap<string, ReadonlySet<string>>
  /** Setup -> its teardowns. */
  readonly teardownsOf: ReadonlyMap<string, readonly string[]>
}

const reach = (from: string, next: Edges): Set<string> => {
  const seen = new Set([from])
  for (const id of seen) for (const further of next.get(id) ?? []) seen.add(further)
  return seen
}

/** A task stands in a setup's scope when it is downstream of it and upstream of one of its teardowns, or when the setup has none. */
export const scopesOf = (tasks: readonly TaskDefinition[], upstream: Edges, downstream: Edges): Scopes => {
  const setupsAbove = new Map<string, Set<string>>()
  const between = new Map<string, Set<string>>()
  const teardownsOf = new Map<string, string[]>()
  const above = new Map<string, Set<string>>()
  for (const { taskId, teardown } of tasks) {
    if (teardown === null) continue
    above.set(taskId, reach(taskId, upstream))
    for (const setup of teardown.setups) push(teardownsOf, setup, taskId)
  }
  for (const { taskId: setup, setup: isSetup } of tasks) {
    if (!isSetup) continue
    const below = reach(setup, downstream)
    const teardowns = teardownsOf.get(setup) ?? []
    for (const id of below) {
      if (id === setup) continue
      if (teardowns.length === 0 || teardowns.some((teardown) => teardown !== id && above.get(teardown)?.has(id) === true)) add(setupsAbove, id, setup)
      for (const teardown of teardowns) if (id !== teardown && above.get(teardown)?.has(id) === true) add(between, teardown, id)
    }
  }
  return { setupsAbove, between, teardownsOf }
}

/** Tasks that decide the run's state: teardowns do not count unless `onFailureFailDagrun`; a task with only such teardowns below it is a leaf. */
export const leavesOf = (tasks: readonly TaskDefinition[], downstream: Edges): readonly string[] => {
  const ignored = new Set(tasks.filter(({ teardown }) => teardown !== null && !teardown.onFailureFailDagrun).map(({ taskId }) => taskId))
  const leaves = tasks.filter(({ taskId }) => !ignored.has(taskId) && (downstream.get(taskId) ?? []).every((id) => ignored.has(id)))
  return (leaves.length > 0 ? leaves : tasks).map(({ taskId }) => taskId)
}

const push = (lists: Map<string, string[]>, key: string, value: string): void => {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

const add = (sets: Map<string, Set<string>>, key: string, value: string): void => {
  const set = sets.get(key)
  if (set) set.add(value)
  else sets.set(key, new Set([value]))
}
