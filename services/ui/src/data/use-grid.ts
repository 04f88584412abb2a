import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { patchGrid } from '../live/patch-grid.ts'
import { withLive } from '../live/with-live.ts'
import { keys } from './keys.ts'

/** Runs by tasks of one DAG: the last `limit` runs. */
export const useGrid = (dagId: string, limit: number) =>
  useQuery({
    queryKey: keys.grid(dagId, limit),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      withLive(patchGrid, () => dataOf(api.GET('/ui/dags/{dag_id}/grid', { signal, params: { path: { dag_id: dagId }, query: { limit } } }))),
  })
