import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { notices } from '../parts/notices.ts'
import { text } from '../strings/text.ts'
import { problemOf } from './problem.ts'

export type BackfillChange = 'pause' | 'unpause' | 'cancel'

interface Wish {
  readonly backfillId: string
  readonly change: BackfillChange
}

const send = ({ backfillId, change }: Wish) => {
  const params = { params: { path: { backfill_id: backfillId } } }
  if (change === 'pause') return api.PUT('/api/v2/backfills/{backfill_id}/pause', params)
  if (change === 'unpause') return api.PUT('/api/v2/backfills/{backfill_id}/unpause', params)
  return api.PUT('/api/v2/backfills/{backfill_id}/cancel', params)
}

/** Pauses, resumes or cancels a backfill. */
export const useChangeBackfill = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (wish: Wish) => dataOf(send(wish)),
    onError: (error, { change }) => notices.add({ title: text.backfills.failed(text.backfills.done[change]), detail: problemOf(error).detail }),
    onSettled: () => client.invalidateQueries({ queryKey: ['backfills'] }),
  })
}
