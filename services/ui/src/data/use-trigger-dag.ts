import { useMutation } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'

export interface TriggerWish {
  readonly dagId: string
  readonly conf?: { readonly [key: string]: unknown }
  readonly logicalDate?: string
  readonly note?: string
}

/** Asks for a run. It shows up by the live stream, so nothing is fetched again here. */
export const useTriggerDag = () =>
  useMutation({
    mutationFn: ({ dagId, conf, logicalDate, note }: TriggerWish) =>
      dataOf(
        api.POST('/api/v2/dags/{dag_id}/dagRuns', {
          params: { path: { dag_id: dagId } },
          body: { ...(conf ? { conf } : {}), ...(logicalDate ? { logical_date: logicalDate } : {}), ...(note ? { note } : {}) },
        }),
      ),
  })
