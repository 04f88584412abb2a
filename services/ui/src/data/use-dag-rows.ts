import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { RunState } from '../api/types.ts'
import { patchDagRows } from '../live/patch-dag-rows.ts'
import { withLive } from '../live/with-live.ts'
import { keys } from './keys.ts'

export interface DagFilters {
  readonly search?: string | undefined
  readonly state?: RunState | undefined
  readonly tag?: string | undefined
  readonly paused?: boolean | undefined
  readonly errors?: boolean | undefined
}

const pageSize = 100

/** The DAG list, page by page as it is scrolled. */
export const useDagRows = (filters: DagFilters) =>
  useInfiniteQuery({
    queryKey: keys.dagRows(filters),
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      withLive(patchDagRows, () =>
        dataOf(
          api.GET('/ui/dags', {
            signal,
            params: {
              query: {
                limit: pageSize,
                offset: pageParam,
                order_by: ['dag_id'],
                ...(filters.search ? { dag_id_pattern: filters.search } : {}),
                ...(filters.state ? { last_dag_run_state: filters.state } : {}),
                ...(filters.tag ? { tags: [filters.tag] } : {}),
                ...(filters.paused === undefined ? {} : { paused: filters.paused }),
                ...(filters.errors ? { has_import_errors: true } : {}),
              },
            },
          }),
        ),
      ),
    getNextPageParam: (last, all) => {
      const loaded = all.reduce((sum, page) => sum + page.rows.length, 0)
      return last.rows.length > 0 && loaded < last.total_entries ? loaded : undefined
    },
  })
