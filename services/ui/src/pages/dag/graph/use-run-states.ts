import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { taskInstancesQuery } from '../../../data/use-task-instances.ts'
import { worstState } from '../../../states/state-order.ts'

export interface NodeState {
  readonly state: string | null
  readonly tryNumber: number
  /** Of a mapped task: how many of its instances are at rest, and how many there are. */
  readonly mapped: { readonly done: number; readonly total: number } | null
}

const rest = new Set(['success', 'failed', 'skipped', 'upstream_failed', 'removed'])

/** States of a run by task id; the worst one stands for a mapped task. */
export const useRunStates = (dagId: string, runId: string | undefined): ReadonlyMap<string, NodeState> => {
  const { data } = useQuery({ ...taskInstancesQuery(dagId, runId ?? ''), enabled: runId !== undefined })
  return useMemo(() => {
    const byTask = Map.groupBy(data?.task_instances ?? [], (instance) => instance.task_id)
    return new Map(
      [...byTask].map(([taskId, instances]): [string, NodeState] => {
        const mapped = instances.some((instance) => instance.map_index >= 0)
        return [
          taskId,
          {
            state: mapped ? worstState(instances.map((instance) => instance.state)) : (instances[0]?.state ?? null),
            tryNumber: Math.max(...instances.map((instance) => instance.try_number)),
            mapped: mapped ? { done: instances.filter((instance) => rest.has(instance.state ?? '')).length, total: instances.length } : null,
          },
        ]
      }),
    )
  }, [data])
}
