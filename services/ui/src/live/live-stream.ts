import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { LiveMonitor } from '../api/types.ts'
import { keys } from '../data/keys.ts'
import { againSoon } from './again-soon.ts'
import type { LiveEvent } from './live-event.ts'
import { liveStatus } from './live-status.ts'
import { patchCaches } from './patch-caches.ts'
import { openRecentEvents } from './recent-events.ts'

/** Events of this tab's stream, also for `withLive`. */
export const recentEvents = openRecentEvents()

const reopenMs = 2000

/** What the parts of the installation show is not in events: it is fetched again where it is shown. */
const keysOfPart: Readonly<Record<LiveMonitor['part'], readonly QueryKey[]>> = {
  executor: [['why'], ['pools']],
  workers: [['workers'], ['health'], ['watchers']],
  schedulers: [['health']],
  dead_letters: [['dead-letters']],
}

/**
 * The one stream of this tab. The browser resumes a broken one by Last-Event-ID; when it gave up (the server answered with an error), a new one is
 * opened and everything shown is fetched again, for what was missed cannot be told.
 */
export const openLiveStream = (client: QueryClient): (() => void) => {
  const again = againSoon(client)
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let missed = false

  const apply =
    <K extends LiveEvent['kind']>(kind: K) =>
    (message: MessageEvent<string>): LiveEvent & { kind: K } => {
      const event = { kind, data: JSON.parse(message.data) } as LiveEvent & { kind: K }
      recentEvents.add(event)
      again.add(patchCaches(client, event))
      return event
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
    stream.addEventListener('run', (message) => {
      const event = apply('run')(message)
      again.add([['run-groups', event.data.dag_id]])
      if (event.data.backfill_id !== null) again.add([['backfills']])
      if (event.data.run_type === 'dataset_triggered') again.add([['asset-events'], ['asset-waits'], ['dag-waits']])
    })
    stream.addEventListener('dataset_event', () => again.add([['assets'], ['asset'], ['asset-events'], ['asset-waits'], ['dag-waits']]))
    stream.addEventListener('backfill', () => again.add([['backfills']]))
    stream.addEventListener('dag', (message) => {
      const event = apply('dag')(message)
      again.add([keys.dagNames(), keys.versions(event.data.dag_id)])
    })
    stream.addEventListener('import_error', () => again.add([keys.importErrors(), ['dag-rows']]))
    stream.addEventListener('monitor', (message) => again.add(keysOfPart[(JSON.parse(message.data) as LiveMonitor).part]))
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
