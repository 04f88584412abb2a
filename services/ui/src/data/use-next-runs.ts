import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

/** The next runs that a DAG's schedule makes. */
export const useNextRuns = (dagId: string, count: number) =>
  useQuery({
    queryKey: keys.nextRuns(dagId, count),
    queryFn: ({ signal }) => dataOf(api.GET('/ui/dags/{dag_id}/nextRuns', { signal, params: { path: { dag_id: dagId }, query: { count } } })),
  })
