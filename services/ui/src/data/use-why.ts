import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { fetchSettled } from '../live/fetch-settled.ts'
import { patchWhy } from '../live/patch-why.ts'
import { keys } from './keys.ts'
import type { InstanceName } from './use-task-instance.ts'

/** Why an instance waits, kept current by the live stream (live/patch-why.ts tells when it may have changed). */
export const useWhy = ({ dagId, runId, taskId, mapIndex }: InstanceName, enabled: boolean) => {
  const queryKey = keys.why(dagId, runId, taskId, mapIndex)
  return useQuery({
    queryKey,
    enabled,
    staleTime: 0,
    queryFn: ({ signal }) =>
      fetchSettled(
        (reasons, event) => patchWhy(queryKey, reasons, event),
        () =>
          dataOf(
            api.GET('/ui/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/why', {
              signal,
              params: { path: { dag_id: dagId, dag_run_id: runId, task_id: taskId }, query: { map_index: mapIndex } },
            }),
          ),
      ),
  })
}
