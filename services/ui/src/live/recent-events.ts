import type { LiveEvent } from './live-event.ts'

const keep = 2000

/** Events of the last moments. A GET that left before an event may answer after it, with the older rows: `since` tells what to apply once more. */
export interface RecentEvents {
  readonly add: (event: LiveEvent) => void
  readonly mark: () => number
  readonly since: (mark: number) => readonly LiveEvent[]
}

/** Opens an empty memory of events. */
export const openRecentEvents = (): RecentEvents => {
  let events: LiveEvent[] = []
  let dropped = 0
  return {
    add: (event) => {
      events.push(event)
      if (events.length <= keep * 2) return
      dropped += events.length - keep
      events = events.slice(-keep)
    },
    mark: () => dropped + events.length,
    since: (mark) => events.slice(Math.max(0, mark - dropped)),
  }
}
