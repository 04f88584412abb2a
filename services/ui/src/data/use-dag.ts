import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { patchDagDetails } from '../live/patch-dag.ts'
import { withLive } from '../live/with-live.ts'
import { keys } from './keys.ts'

/** One DAG's details; an empty id: none is chosen. */
export const useDag = (dagId: string) =>
  useQuery({
    queryKey: keys.dag(dagId),
    enabled: dagId !== '',
    queryFn: ({ signal }) => withLive(patchDagDetails, () => dataOf(api.GET('/api/v2/dags/{dag_id}/details', { signal, params: { path: { dag_id: dagId } } }))),
  })
