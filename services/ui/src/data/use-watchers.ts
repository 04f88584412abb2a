import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

/** Topics that are watched, with how far each watcher is; of one dataset when its URI is given. */
export const useWatchers = (uri?: string, enabled = true) =>
  useQuery({
    queryKey: keys.watchers(uri),
    enabled,
    queryFn: ({ signal }) => dataOf(api.GET('/ui/watchers', { signal, params: { query: uri === undefined ? {} : { asset_uri: uri } } })),
  })
