import type { LiveEvent, Patched } from './live-event.ts'
import { recentEvents } from './live-stream.ts'

/** Fetches rows and puts over them what the stream told meanwhile, so that a slow answer never takes a newer state back. */
export const withLive = async <T>(patch: (rows: T, event: LiveEvent) => Patched<T>, fetchRows: () => Promise<T>): Promise<T> => {
  const mark = recentEvents.mark()
  let rows: T = await fetchRows()
  for (const event of recentEvents.since(mark)) {
    const patched = patch(rows, event)
    if (patched !== 'stale') rows = patched as T
  }
  return rows
}
