import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

export interface BackfillFilters {
  readonly dagId?: string | undefined
  readonly active?: boolean | undefined
}

const pageSize = 100

/** Backfills of one DAG or of all, newest first, with how far each is. */
export const useBackfills = ({ dagId, active }: BackfillFilters) =>
  useInfiniteQuery({
    queryKey: keys.backfills({ dagId, active }),
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/api/v2/backfills', {
          signal,
          params: {
            query: {
              limit: pageSize,
              offset: pageParam,
              order_by: ['-created_at'],
              ...(dagId === undefined ? {} : { dag_id: dagId }),
              ...(active === undefined ? {} : { active }),
            },
          },
        }),
      ),
    getNextPageParam: (last, all) => {
      const loaded = all.reduce((sum, page) => sum + page.backfills.length, 0)
      return last.backfills.length > 0 && loaded < last.total_entries ? loaded : undefined
    },
  })
