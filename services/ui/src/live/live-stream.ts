import type { QueryClient } from '@tanstack/react-query'
import { keys } from '../data/keys.ts'
import { againSoon } from './again-soon.ts'
import type { LiveEvent } from './live-event.ts'
import { liveStatus } from './live-status.ts'
import { patchCaches } from './patch-caches.ts'
import { openRecentEvents } from './recent-events.ts'

/** Events of this tab's stream, also for `withLive`. */
export const recentEvents = openRecentEvents()

const reopenMs = 2000

/**
 * The one stream of this tab. The browser resumes a broken one by Last-Event-ID; when it gave up (the server answered with an error), a new one is
 * opened and everything shown is fetched again, for what was missed cannot be told.
 */
export const openLiveStream = (client: QueryClient): (() => void) => {
  const again = againSoon(client)
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let missed = false

  const apply = (kind: LiveEvent['kind']) => (message: MessageEvent<string>) => {
    const event = { kind, data: JSON.parse(message.data) } as LiveEvent
    recentEvents.add(event)
    again.add(patchCaches(client, event))
  }

  const open = (): void => {
    const stream = new EventSource('/ui/live')
    source = stream
    stream.addEventListener('open', () => {
      liveStatus.set({ connection: 'open' })
      if (missed) again.all()
      missed = false
    })
    stream.addEventListener('task', apply('task'))
    stream.addEventListener('run', apply('run'))
    stream.addEventListener('dag', (message) => {
      apply('dag')(message)
      again.add([keys.dagNames()])
    })
    stream.addEventListener('import_error', () => again.add([keys.importErrors(), ['dag-rows']]))
    stream.addEventListener('lag', (message) => liveStatus.set({ lagSeconds: (JSON.parse(message.data) as { lag_seconds: number | null }).lag_seconds }))
    stream.addEventListener('reset', () => again.all())
    stream.addEventListener('error', () => {
      liveStatus.set({ connection: 'lost' })
      if (stream.readyState !== EventSource.CLOSED) return
      missed = true
      timer = setTimeout(open, reopenMs)
    })
  }

  open()
  return () => {
    source?.close()
    clearTimeout(timer)
    again.stop()
  }
}
