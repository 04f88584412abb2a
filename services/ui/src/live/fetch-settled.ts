import type { LiveEvent, Patched } from './live-event.ts'
import { recentEvents } from './live-stream.ts'

const most = 3

/** Fetches what events cannot be put over, and again when one came meanwhile that makes the answer old. */
export const fetchSettled = async <T>(patch: (data: T, event: LiveEvent) => Patched<T>, fetchData: () => Promise<T>): Promise<T> => {
  for (let round = 1; ; round++) {
    const mark = recentEvents.mark()
    const data = await fetchData()
    if (round === most || !recentEvents.since(mark).some((event) => patch(data, event) === 'stale')) return data
  }
}
