import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { notices } from '../parts/notices.ts'
import { text } from '../strings/text.ts'
import { keys } from './keys.ts'
import { problemOf } from './problem.ts'

const { workers: words } = text.system

/** Workers of the last day, those that are there first. */
export const useWorkers = () => useQuery({ queryKey: keys.workers(), queryFn: ({ signal }) => dataOf(api.GET('/ui/workers', { signal })) })

/** Lets a worker finish what runs and leave. */
export const useDrainWorker = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (incarnation: string) => dataOf(api.POST('/ui/workers/{incarnation}/drain', { params: { path: { incarnation } } })),
    onSuccess: (worker) => notices.add({ good: true, title: words.draining(worker.hostname) }),
    onError: (error) => notices.add({ title: words.drainFailed, detail: problemOf(error).detail }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.workers() }),
  })
}
