import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { patchTaskInstances } from '../live/patch-task-instances.ts'
import { withLive } from '../live/with-live.ts'
import { keys } from './keys.ts'

/** Task instances of one run, in graph order as the server gives them. */
export const taskInstancesQuery = (dagId: string, runId: string) =>
  queryOptions({
    queryKey: keys.taskInstances(dagId, runId),
    queryFn: ({ signal }) =>
      withLive(patchTaskInstances, () =>
        dataOf(
          api.GET('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances', {
            signal,
            params: { path: { dag_id: dagId, dag_run_id: runId }, query: { limit: 1000 } },
          }),
        ),
      ),
  })

/** The same, for a component. */
export const useTaskInstances = (dagId: string, runId: string) => useQuery(taskInstancesQuery(dagId, runId))
