import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { patchTaskInstance } from '../live/patch-task-instances.ts'
import { withLive } from '../live/with-live.ts'
import { keys } from './keys.ts'

export interface InstanceName {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  /** -1: not mapped. */
  readonly mapIndex: number
}

/** One task instance, as its newest try left it. */
export const useTaskInstance = ({ dagId, runId, taskId, mapIndex }: InstanceName) =>
  useQuery({
    queryKey: keys.taskInstance(dagId, runId, taskId, mapIndex),
    queryFn: ({ signal }) =>
      withLive(patchTaskInstance, () => {
        const path = { dag_id: dagId, dag_run_id: runId, task_id: taskId }
        return mapIndex < 0
          ? dataOf(api.GET('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}', { signal, params: { path } }))
          : dataOf(
              api.GET('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}', {
                signal,
                params: { path: { ...path, map_index: mapIndex } },
              }),
            )
      }),
  })

/** Every try of it, the first one first. */
export const useTries = ({ dagId, runId, taskId, mapIndex }: InstanceName) =>
  useQuery({
    queryKey: keys.tries(dagId, runId, taskId, mapIndex),
    queryFn: async ({ signal }) => {
      const { task_instances } = await dataOf(
        api.GET('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries', {
          signal,
          params: { path: { dag_id: dagId, dag_run_id: runId, task_id: taskId }, query: { map_index: mapIndex } },
        }),
      )
      return task_instances.filter((one) => one.try_number > 0).toSorted((a, b) => a.try_number - b.try_number)
    },
  })
