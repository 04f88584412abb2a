/** Heartbeats of one incarnation: the hello, one each second, answers at once; each acknowledged one renews the lease from the moment of its send (M). */
import type { Heartbeat } from '../../schemas/generated/records.ts'
import { MillraceError } from '../core/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { type AttemptTable, type NextHeartbeat, nextHeartbeats } from './attempt-table.ts'
import type { Lease } from './lease.ts'

export interface Beats {
  /** Sends one now; resolves when it is acknowledged. `whole`: with all that is held, for who asks. */
  beat(whole?: boolean): Promise<void>
  /** After this one there are no others. */
  leave(reason: string): Promise<void>
  start(): void
  stop(): void
}

export interface BeatsOptions {
  readonly platform: Platform
  readonly table: AttemptTable
  readonly lease: Lease
  /** The lease's clock. */
  readonly leaseNowMs: () => number
  readonly beatMs: number
  readonly about: {
    readonly kind: 'worker' | 'triggerer'
    readonly hostname: string
    readonly pid: number
    readonly release: string
    readonly queues: readonly string[]
    readonly slots: number
    readonly startedAt: number
  }
  readonly onFailed: (error: Error) => void
}

const wholeEveryMs = 60_000

export const makeBeats = ({ platform, table, lease, leaseNowMs, beatMs, about, onFailed }: BeatsOptions): Beats => {
  const { clock } = platform
  let cancel = (): void => {}
  let ended = false
  let inFlight = 0
  let wholeAtMs = Number.NEGATIVE_INFINITY

  const send = async (next: readonly NextHeartbeat[], body: (next: NextHeartbeat) => Heartbeat['body']): Promise<void> => {
    const records = next.map((one) => {
      const { incarnation, counter, epoch, n } = one
      const value = platform.codec.encode('Heartbeat', { incarnation, counter, epoch, n, at: clock.now(), body: body(one) })
      return { topic: platform.topic('heartbeats'), partition: 0, key: table.incarnation, value }
    })
    const sentAtMs = leaseNowMs()
    inFlight++
    try {
      await platform.bus.send(records)
      if (!ended) lease.renew(sentAtMs)
    } catch (cause) {
      // A bus that is being closed is no fault of ours.
      if (!(cause instanceof MillraceError && cause.code === 'shutting_down')) throw cause
    } finally {
      inFlight--
    }
  }
  const beat = (whole = false): Promise<void> => {
    // Who begins to read in the middle finds a whole list soon.
    const isWhole = whole || leaseNowMs() - wholeAtMs >= wholeEveryMs
    if (isWhole) wholeAtMs = leaseNowMs()
    return send(nextHeartbeats(table, isWhole), ({ attempts, base, gone, more, live }) => ({
      type: 'WorkerBeat',
      ...about,
      draining: table.draining,
      attempts,
      base,
      gone,
      more,
      live,
    }))
  }
  const tick = (): void => {
    // While the broker is away one waiting beat says enough.
    if (inFlight === 0) beat().catch(onFailed)
    if (!ended) cancel = clock.after(beatMs, tick)
  }
  return {
    beat,
    leave(reason) {
      ended = true
      cancel()
      return send(nextHeartbeats(table, false).slice(-1), () => ({ type: 'WorkerLeft', reason }))
    },
    start() {
      cancel = clock.after(beatMs, tick)
    },
    stop() {
      ended = true
      cancel()
    },
  }
}
