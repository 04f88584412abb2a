import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { RunState, RunType } from '../api/types.ts'
import { patchRuns } from '../live/patch-run.ts'
import { withLive } from '../live/with-live.ts'
import { keys } from './keys.ts'

export interface RunFilters {
  /** One DAG exactly. */
  readonly dagId?: string | undefined
  /** Part of a DAG's name. */
  readonly dag?: string | undefined
  readonly state?: RunState | undefined
  readonly type?: RunType | undefined
  /** Runs that might start from the one instant on, before the other. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const pageSize = 100

/** Runs of one DAG or of all, newest first, page by page as they are scrolled. */
export const useRuns = (filters: RunFilters) =>
  useInfiniteQuery({
    queryKey: keys.runs(filters),
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      withLive(patchRuns, () =>
        dataOf(
          api.GET('/api/v2/dags/{dag_id}/dagRuns', {
            signal,
            params: {
              path: { dag_id: filters.dagId ?? '~' },
              query: {
                limit: pageSize,
                offset: pageParam,
                order_by: ['-run_after'],
                ...(filters.dag ? { dag_id_pattern: filters.dag } : {}),
                ...(filters.state ? { state: [filters.state] } : {}),
                ...(filters.type ? { run_type: [filters.type] } : {}),
                ...(filters.from ? { run_after_gte: filters.from } : {}),
                ...(filters.to ? { run_after_lt: filters.to } : {}),
              },
            },
          }),
        ),
      ),
    getNextPageParam: (last, all) => {
      const loaded = all.reduce((sum, page) => sum + page.dag_runs.length, 0)
      return last.dag_runs.length > 0 && loaded < last.total_entries ? loaded : undefined
    },
  })
