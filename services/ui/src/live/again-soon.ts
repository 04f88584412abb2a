import type { QueryClient, QueryKey } from '@tanstack/react-query'

const gatherMs = 250

/** Gathers keys for a moment, so that a burst of events costs one GET for each cache that is shown. */
export const againSoon = (client: QueryClient) => {
  const waiting = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const fetchAgain = (): void => {
    timer = undefined
    const due = [...waiting.values()]
    waiting.clear()
    for (const queryKey of due) void client.invalidateQueries({ queryKey })
  }
  return {
    add: (queryKeys: readonly QueryKey[]): void => {
      for (const key of queryKeys) waiting.set(JSON.stringify(key), key)
      if (waiting.size > 0) timer ??= setTimeout(fetchAgain, gatherMs)
    },
    all: (): void => void client.invalidateQueries(),
    stop: (): void => clearTimeout(timer),
  }
}
