import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { RunState, RunType } from '../api/types.ts'
import { keys } from './keys.ts'

interface Filters {
  readonly state?: RunState | undefined
  readonly type?: RunType | undefined
}

const pageSize = 100

/** The runs of a DAG by the hour, newest first. */
export const useRunGroups = (dagId: string, { state, type }: Filters, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: keys.runGroups(dagId, { state, type }),
    enabled,
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/ui/dags/{dag_id}/runGroups', {
          signal,
          params: {
            path: { dag_id: dagId },
            query: { limit: pageSize, offset: pageParam, ...(state ? { state: [state] } : {}), ...(type ? { run_type: [type] } : {}) },
          },
        }),
      ),
    getNextPageParam: (last, all) => {
      const loaded = all.reduce((sum, page) => sum + page.groups.length, 0)
      return last.groups.length > 0 && loaded < last.total_entries ? loaded : undefined
    },
  })
