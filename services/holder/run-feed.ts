/** What runs of any DAG come to, and the answers to commands, by topic run-events. */
import type { RunEvent } from '../../schemas/generated/records.ts'
import { columnOf } from '../core/column.ts'
import { MillraceError } from '../core/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { type Feed, makeFeed } from './feed.ts'

/** Of a public feed the key begins with the DAG's id. */
export const dagOfKey = (key: string | null): string => (key ?? '').split('/', 1)[0] ?? ''

export const makeRunFeed = (platform: Platform, onFailed: (error: Error) => void): Feed<RunEvent> =>
  makeFeed({
    platform,
    topic: platform.topic('run-events'),
    keysOf: ({ key }) => [dagOfKey(key)],
    read: ({ value }) => (value === null ? null : platform.codec.decode('RunEvent', value)),
    onFailed,
  })

export interface AwaitedRun {
  readonly dagId: string
  /** Ms since the epoch: it was not over before. */
  readonly since: number
  readonly isIt: (event: RunEvent) => boolean
}

/** Resolves with the first event that is it. */
export const awaitRunEvent = (platform: Platform, feed: Feed<RunEvent>, { dagId, since, isIt }: AwaitedRun, signal?: AbortSignal): Promise<RunEvent> =>
  new Promise((resolve, reject) => {
    const giveUp = feed.wait({
      key: dagId,
      partition: columnOf(dagId, platform.columns),
      since: since - clocksApartMs,
      take(event) {
        if (!isIt(event)) return false
        signal?.removeEventListener('abort', onAbort)
        resolve(event)
        return true
      },
      onFailed: reject,
    })
    const onAbort = (): void => {
      giveUp()
      reject(signal?.reason instanceof Error ? signal.reason : new MillraceError('shutting_down', 'nobody waits any more'))
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })

/** Two machines' clocks are no further apart than this. */
const clocksApartMs = 60_000

export const isEndOf =
  (runId: string) =>
  (event: RunEvent): boolean =>
    event.kind === 'run' && event.runId === runId && (event.state === 'success' || event.state === 'failed')
