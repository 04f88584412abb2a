import { type InfiniteData, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { DagDetails, DagRows } from '../api/types.ts'
import { notices } from '../parts/notices.ts'
import { text } from '../strings/text.ts'
import { keys } from './keys.ts'
import { problemOf } from './problem.ts'

interface Wish {
  readonly dagId: string
  readonly paused: boolean
}

/** Pauses or unpauses a DAG. The switch moves at once, and back when the API refuses. */
export const usePauseDag = () => {
  const client = useQueryClient()
  const show = ({ dagId, paused }: Wish): void => {
    client.setQueryData<DagDetails>(keys.dag(dagId), (dag) => dag && { ...dag, is_paused: paused })
    client.setQueriesData<InfiniteData<DagRows>>({ queryKey: ['dag-rows'] }, (data) => {
      if (!data) return data
      const flip = (page: DagRows): DagRows => ({
        ...page,
        rows: page.rows.map((row) => (row.dag.dag_id === dagId ? { ...row, dag: { ...row.dag, is_paused: paused } } : row)),
      })
      return { ...data, pages: data.pages.map(flip) }
    })
  }
  return useMutation({
    mutationFn: ({ dagId, paused }: Wish) => dataOf(api.PATCH('/api/v2/dags/{dag_id}', { params: { path: { dag_id: dagId } }, body: { is_paused: paused } })),
    onMutate: show,
    onError: (error, wish) => {
      show({ ...wish, paused: !wish.paused })
      notices.add({ title: text.errors.pauseFailed(wish.dagId), detail: problemOf(error).detail })
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.dagNames() }),
  })
}
