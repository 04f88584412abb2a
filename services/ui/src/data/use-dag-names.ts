import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { Dag } from '../api/types.ts'
import { keys } from './keys.ts'

const pageSize = 1000

/** Every DAG by name, with its tags and whether it is paused: for the command palette and the filters. Fetched when first needed. */
export const useDagNames = (enabled = true) =>
  useQuery({
    queryKey: keys.dagNames(),
    enabled,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const dags: Dag[] = []
      for (let total = 1; dags.length < total; ) {
        const page = await dataOf(api.GET('/api/v2/dags', { signal, params: { query: { limit: pageSize, offset: dags.length, order_by: ['dag_id'] } } }))
        if (page.dags.length === 0) break
        dags.push(...page.dags)
        total = page.total_entries
      }
      return dags.map((dag) => ({ dagId: dag.dag_id, isPaused: dag.is_paused, tags: dag.tags.map((tag) => tag.name) }))
    },
  })
