import { QueryClient } from '@tanstack/react-query'
import { ApiProblem } from './problem.ts'

/** What was fetched stays good: the live stream keeps it so. It is fetched again when it is opened after half a minute, never by a timer. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && !(error instanceof ApiProblem && error.status < 500),
    },
  },
})
