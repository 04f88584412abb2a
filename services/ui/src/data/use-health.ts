import { useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import { keys } from './keys.ts'

/** How the parts of the installation are. */
export const useHealth = () => useQuery({ queryKey: keys.health(), queryFn: ({ signal }) => dataOf(api.GET('/api/v2/monitor/health', { signal })) })
