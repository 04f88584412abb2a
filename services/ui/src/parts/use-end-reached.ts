import { useEffect } from 'react'

const ahead = 20

/** Asks for the next page while the last rows shown come near the end of what is loaded. */
export const useEndReached = (lastShown: number, loaded: number, hasMore: boolean, loading: boolean, more: () => unknown): void => {
  useEffect(() => {
    if (hasMore && !loading && lastShown >= loaded - ahead) more()
  }, [lastShown, loaded, hasMore, loading, more])
}
