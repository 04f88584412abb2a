import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { patchRun } from '../live/patch-run.ts'
import { withLive } from '../live/with-live.ts'
import { keys } from './keys.ts'

/** One run; none when there is no one run to ask for. */
export const useRun = (dagId: string, runId: string | undefined) =>
  useQuery({
    enabled: runId !== undefined,
    queryKey: keys.run(dagId, runId ?? ''),
    queryFn: ({ signal }) =>
      withLive(patchRun, () =>
        dataOf(api.GET('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}', { signal, params: { path: { dag_id: dagId, dag_run_id: runId ?? '' } } })),
      ),
  })
