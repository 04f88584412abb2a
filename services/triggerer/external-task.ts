/** What becomes of tasks of a run, by its task events: in any order, each perhaps more than once. */
import type { TaskEvent } from '../../schemas/generated/records.ts'
import type { JsonObject } from '../core/dag.ts'

export interface TaskEnds {
  readonly allowed: ReadonlySet<string>
  readonly failed: ReadonlySet<string>
}

export const isEndOfTasks = ({ allowedStates, failedStates }: JsonObject): TaskEnds => ({
  allowed: new Set((allowedStates ?? ['success']) as readonly string[]),
  failed: new Set((failedStates ?? ['failed', 'upstream_failed']) as readonly string[]),
})

interface Instance {
  readonly n: number
  readonly state: string
}

/** Takes an event of the run; answers the state of each task as soon as all instances of every task are in an allowed one, or one of them is in a failed one. */
export const makeTaskWatch = (taskIds: readonly string[], { allowed, failed }: TaskEnds): ((event: TaskEvent) => Readonly<Record<string, string>> | null) => {
  // By run: with a logical date alone the run's id is not known before.
  const runs = new Map<string, Map<string, Map<number, Instance>>>()
  return ({ runId, taskId, mapIndex, n, state }) => {
    if (!taskIds.includes(taskId)) return null
    const tasks = runs.get(runId) ?? new Map<string, Map<number, Instance>>()
    runs.set(runId, tasks)
    const instances = tasks.get(taskId) ?? new Map<number, Instance>()
    tasks.set(taskId, instances)
    if ((instances.get(mapIndex)?.n ?? -1) >= n) return null
    instances.set(mapIndex, { n, state })
    const states: Record<string, string> = {}
    for (const id of taskIds) {
      const found = stateOf(tasks.get(id))
      if (found === null) return null
      states[id] = found
    }
    return states
  }

  function stateOf(instances: ReadonlyMap<number, Instance> | undefined): string | null {
    if (instances === undefined) return null
    // The one that stood for a mapped task is gone with the first of its instances.
    const all = [...instances].filter(([index]) => index >= 0 || instances.size === 1).map(([, { state }]) => state)
    return all.find((state) => failed.has(state)) ?? (all.every((state) => allowed.has(state)) ? (all[0] ?? null) : null)
  }
}
