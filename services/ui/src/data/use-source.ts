import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

/** The file of one version of a DAG (null: the newest). */
export const useSource = (dagId: string, version: number | null) =>
  useQuery({
    queryKey: keys.source(dagId, version),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v2/dagSources/{dag_id}', { signal, params: { path: { dag_id: dagId }, query: version === null ? {} : { version_number: version } } }),
      ),
  })
