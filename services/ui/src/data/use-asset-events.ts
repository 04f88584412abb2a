import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

const pageSize = 100

/** Events of a dataset, newest first, each with the runs that took it. */
export const useAssetEvents = (id: number) =>
  useInfiniteQuery({
    queryKey: keys.assetEvents(id),
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      dataOf(api.GET('/api/v2/assets/events', { signal, params: { query: { asset_id: id, limit: pageSize, offset: pageParam, order_by: ['-timestamp'] } } })),
    getNextPageParam: (last, all) => {
      const loaded = all.reduce((sum, page) => sum + page.asset_events.length, 0)
      return last.asset_events.length > 0 && loaded < last.total_entries ? loaded : undefined
    },
  })

/** The events that a run took. */
export const useUpstreamEvents = (dagId: string, runId: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.upstreamEvents(dagId, runId),
    enabled,
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/upstreamAssetEvents', { signal, params: { path: { dag_id: dagId, dag_run_id: runId } } })),
  })

export interface EventWish {
  readonly assetId: number
  readonly extra: { readonly [key: string]: unknown }
  readonly eventId?: string
}

/** Sends an event of a dataset. */
export const useCreateEvent = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ assetId, extra, eventId }: EventWish) =>
      dataOf(api.POST('/api/v2/assets/events', { body: { asset_id: assetId, extra, ...(eventId ? { event_id: eventId } : {}) } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['asset-events'] }),
  })
}
