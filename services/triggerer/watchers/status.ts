/** What the watchers show to people. Sent when it changes, a few changes together; once a minute so that they are seen to live. */
import { hostname } from 'node:os'
import type { WatcherStatus } from '../../../schemas/generated/records.ts'
import { ensureError } from '../../core/errors.ts'
import type { Platform } from '../../platform/platform.ts'

export interface WatcherBeats {
  readonly incarnation: string
  /** The state of a topic changed: told soon. */
  changed(): void
  /** Tells once more, that nothing is watched here. */
  stop(): Promise<void>
}

const togetherMs = 200
/** Counts and lags move all the time. */
const countsMs = 3000
const everyMs = 60_000

export const makeWatcherBeats = (platform: Platform, look: () => WatcherStatus['topics']): WatcherBeats => {
  const { bus, codec, clock, log, topic } = platform
  const incarnation = platform.newId()
  let counter = 0
  let sentAt = 0
  let last = '[]'
  let isSoon = false
  let cancel = (): void => undefined

  const send = async (topics: WatcherStatus['topics']): Promise<void> => {
    last = JSON.stringify(topics)
    sentAt = clock.now()
    const body = { type: 'WatcherStatus', hostname: hostname(), pid: process.pid, topics } as const
    const value = codec.encode('Heartbeat', { incarnation, counter: ++counter, epoch: -1, n: 0, at: sentAt, body })
    await bus
      .send([{ topic: topic('heartbeats'), partition: 0, key: incarnation, value }])
      .catch((error) => log.debug({ err: ensureError(error) }, 'the state of the watchers could not be told'))
  }
  const beat = (): void => {
    isSoon = false
    const topics = look()
    // One that watches nothing, and never did, says nothing.
    if (JSON.stringify(topics) !== last || (topics.length > 0 && clock.now() - sentAt >= everyMs)) void send(topics)
    cancel = clock.after(topics.length > 0 ? countsMs : everyMs, beat)
  }
  cancel = clock.after(togetherMs, beat)
  return {
    incarnation,
    changed() {
      if (isSoon) return
      isSoon = true
      cancel()
      cancel = clock.after(togetherMs, beat)
    },
    async stop() {
      cancel()
      isSoon = true
      if (counter > 0) await send([])
    },
  }
}
