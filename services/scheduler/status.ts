/** What a scheduler shows to people: its columns, those that stand still, its clock. Sent when it changes, and once a minute so that it is seen to live. */
import { hostname } from 'node:os'
import type { SchedulerStatus } from '../../schemas/generated/records.ts'
import { ensureError } from '../core/errors.ts'
import type { Platform } from '../platform/platform.ts'

export interface StatusBeats {
  /** Something may have changed; a few changes go together. */
  changed(): void
  stop(): void
}

const everyMs = 60_000
const togetherMs = 200

export const makeStatusBeats = (platform: Platform, look: () => Pick<SchedulerStatus, 'columns' | 'stopped' | 'clockOffMs'>): StatusBeats => {
  const { bus, codec, clock, log, topic } = platform
  const incarnation = platform.newId()
  let counter = 0
  let cancel = (): void => {}
  let isSoon = false
  let last = ''

  const send = (isBeat: boolean): void => {
    isSoon = false
    const status = look()
    const text = JSON.stringify(status)
    cancel = clock.after(everyMs, () => send(true))
    if (!isBeat && text === last) return
    last = text
    const body = { type: 'SchedulerStatus', hostname: hostname(), pid: process.pid, ...status } as const
    const value = codec.encode('Heartbeat', { incarnation, counter: ++counter, epoch: -1, n: 0, at: clock.now(), body })
    bus
      .send([{ topic: topic('heartbeats'), partition: 0, key: incarnation, value }])
      .catch((error) => log.debug({ err: ensureError(error) }, 'the state of the scheduler could not be told'))
  }
  return {
    changed() {
      if (isSoon) return
      isSoon = true
      cancel()
      cancel = clock.after(togetherMs, () => send(false))
    },
    stop: () => cancel(),
  }
}
