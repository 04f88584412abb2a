import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

/** The graph of one version of a DAG (null: the newest). A version never changes. */
export const useStructure = (dagId: string, version: string | null) =>
  useQuery({
    queryKey: keys.structure(dagId, version),
    staleTime: version === null ? 0 : Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      dataOf(api.GET('/ui/dags/{dag_id}/structure', { signal, params: { path: { dag_id: dagId }, query: version === null ? {} : { version } } })),
  })
