import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { BackfillBody } from '../api/types.ts'
import { keys } from './keys.ts'

/** The dates that a backfill would run; null: its form is not filled in yet. */
export const useBackfillDates = (body: BackfillBody | null) =>
  useQuery({
    queryKey: keys.backfillDates(body),
    enabled: body !== null,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => dataOf(api.POST('/api/v2/backfills/dry_run', { signal, body: body as BackfillBody })),
  })

/** Starts a backfill. Its runs show up by the live stream. */
export const useCreateBackfill = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BackfillBody) => dataOf(api.POST('/api/v2/backfills', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['backfills'] }),
  })
}
