import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

/** Files that do not parse at present. */
export const useImportErrors = () =>
  useQuery({
    queryKey: keys.importErrors(),
    queryFn: ({ signal }) => dataOf(api.GET('/api/v2/importErrors', { signal, params: { query: { limit: 200, order_by: ['filename'] } } })),
  })
