import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

const most = 1000

/** Versions of a DAG, newest first. */
export const useVersions = (dagId: string) =>
  useQuery({
    queryKey: keys.versions(dagId),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v2/dags/{dag_id}/dagVersions', { signal, params: { path: { dag_id: dagId }, query: { limit: most, order_by: ['-version_number'] } } }),
      ),
  })

/** What lies between two versions, by their numbers. Neither changes any more. */
export const useVersionDiff = (dagId: string, from: number | undefined, to: number | undefined) =>
  useQuery({
    queryKey: keys.versionDiff(dagId, String(from), String(to)),
    enabled: from !== undefined && to !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      dataOf(api.GET('/ui/dags/{dag_id}/versions/diff', { signal, params: { path: { dag_id: dagId }, query: { from: String(from), to: String(to) } } })),
  })
