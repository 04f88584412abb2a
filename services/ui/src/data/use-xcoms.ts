import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'
import type { InstanceName } from './use-task-instance.ts'

/** The values that a task instance pushed. The list has only keys, so each value is a GET of its own. */
export const useXcoms = ({ dagId, runId, taskId, mapIndex }: InstanceName) =>
  useQuery({
    queryKey: keys.xcoms(dagId, runId, taskId, mapIndex),
    queryFn: async ({ signal }) => {
      const path = { dag_id: dagId, dag_run_id: runId, task_id: taskId }
      const { xcom_entries } = await dataOf(
        api.GET('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries', {
          signal,
          params: { path, query: { map_index: mapIndex, limit: 50 } },
        }),
      )
      const values = xcom_entries.map(({ key }) =>
        dataOf(
          api.GET('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key}', {
            signal,
            params: { path: { ...path, xcom_key: key }, query: { map_index: mapIndex } },
          }),
        ),
      )
      return Promise.all(values)
    },
  })
