import { useInfiniteQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

export interface DeadLetterFilters {
  readonly topic?: string | undefined
  readonly key?: string | undefined
}

const pageSize = 50

/** Records that could not be taken, newest first. */
export const useDeadLetters = ({ topic, key }: DeadLetterFilters, enabled = true) =>
  useInfiniteQuery({
    queryKey: keys.deadLetters({ topic, key }),
    enabled,
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/ui/deadLetters', {
          signal,
          params: { query: { limit: pageSize, offset: pageParam, ...(topic ? { topic } : {}), ...(key ? { key } : {}) } },
        }),
      ),
    getNextPageParam: (last, all) => {
      const loaded = all.reduce((sum, page) => sum + page.dead_letters.length, 0)
      return last.dead_letters.length > 0 && loaded < last.total_entries ? loaded : undefined
    },
  })
