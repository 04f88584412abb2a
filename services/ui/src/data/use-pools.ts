import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { Pool } from '../api/types.ts'
import { keys } from './keys.ts'

const most = 1000

export type PoolSetting = Pick<Pool, 'name' | 'slots' | 'description' | 'include_deferred'>

/** Every pool with what it holds. */
export const usePools = () =>
  useQuery({
    queryKey: keys.pools(),
    queryFn: ({ signal }) => dataOf(api.GET('/api/v2/pools', { signal, params: { query: { limit: most, order_by: ['name'] } } })),
  })

/** Makes a pool, or changes one that is there. */
export const useSavePool = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ pool, isNew }: { readonly pool: PoolSetting; readonly isNew: boolean }) => {
      const { name, ...settings } = pool
      return isNew
        ? dataOf(api.POST('/api/v2/pools', { body: pool }))
        : dataOf(api.PATCH('/api/v2/pools/{pool_name}', { params: { path: { pool_name: name } }, body: settings }))
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.pools() }),
  })
}

/** Deletes a pool. */
export const useDeletePool = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (name: string) => {
      const answer = await api.DELETE('/api/v2/pools/{pool_name}', { params: { path: { pool_name: name } } })
      if (!answer.response.ok) await dataOf(Promise.resolve(answer))
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.pools() }),
  })
}
