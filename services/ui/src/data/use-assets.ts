import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

const pageSize = 100
/** More than this no picture shows. */
const mostDrawn = 1000

/** Datasets, page by page as they are scrolled. */
export const useAssets = (search: string | undefined) =>
  useInfiniteQuery({
    queryKey: keys.assets({ search }),
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        api.GET('/api/v2/assets', {
          signal,
          params: { query: { limit: pageSize, offset: pageParam, order_by: ['uri'], ...(search ? { uri_pattern: search } : {}) } },
        }),
      ),
    getNextPageParam: (last, all) => {
      const loaded = all.reduce((sum, page) => sum + page.assets.length, 0)
      return last.assets.length > 0 && loaded < last.total_entries ? loaded : undefined
    },
  })

/** Datasets at once, for a picture: all, or those of one DAG. */
export const useDrawnAssets = (dagId?: string) =>
  useQuery({
    queryKey: keys.assets({ drawn: dagId ?? '~' }),
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v2/assets', { signal, params: { query: { limit: mostDrawn, order_by: ['uri'], ...(dagId === undefined ? {} : { dag_ids: [dagId] }) } } }),
      ),
  })

/** One dataset. */
export const useAsset = (id: number) =>
  useQuery({
    queryKey: keys.asset(id),
    queryFn: ({ signal }) => dataOf(api.GET('/api/v2/assets/{asset_id}', { signal, params: { path: { asset_id: id } } })),
  })
