import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

/** The DAGs that wait for a dataset, and what each still needs. */
export const useAssetWaits = (id: number) =>
  useQuery({
    queryKey: keys.assetWaits(id),
    queryFn: ({ signal }) => dataOf(api.GET('/ui/assets/{asset_id}/waits', { signal, params: { path: { asset_id: id } } })),
  })

/** What a DAG (an empty id: none) waits for; its `asset_expression` is null when no dataset starts it. */
export const useDagWaits = (dagId: string) =>
  useQuery({
    queryKey: keys.dagWaits(dagId),
    enabled: dagId !== '',
    queryFn: ({ signal }) => dataOf(api.GET('/ui/dags/{dag_id}/waits', { signal, params: { path: { dag_id: dagId } } })),
  })
