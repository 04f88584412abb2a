/** Heartbeats of one incarnation: the hello, one each second, answers at once; each acknowledged one renews the lease from the moment of its send (M). */
import type { Heartbeat } from '../../schemas/generated/records.ts'
import { MillraceError } from '../core/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { type AttemptTable, nextHeartbeat } from './attempt-table.ts'
import type { Lease } from './lease.ts'

export interface Beats {
  /** Sends one now; resolves when it is acknowledged. */
  beat(): Promise<void>
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
    readonly hostname: string
    readonly pid: number
    readonly release: string
    readonly queues: readonly string[]
    readonly slots: number
    readonly startedAt: number
  }
  readonly onFailed: (error: Error) => void
}

export const makeBeats = ({ platform, table, lease, leaseNowMs, beatMs, about, onFailed }: BeatsOptions): Beats => {
  const { clock } = platform
  let cancel = (): void => {}
  let ended = false
  let inFlight = 0

  const send = async (body: (attempts: ReturnType<typeof nextHeartbeat>['attempts']) => Heartbeat['body']): Promise<void> => {
    const { attempts, ...numbers } = nextHeartbeat(table) // E, P
    const value = platform.codec.encode('Heartbeat', { ...numbers, at: clock.now(), body: body(attempts) })
    const sentAtMs = leaseNowMs()
    inFlight++
    try {
      await platform.bus.send([{ topic: platform.topic('heartbeats'), partition: 0, key: table.incarnation, value }])
      if (!ended) lease.renew(sentAtMs)
    } catch (cause) {
      // A bus that is being closed is no fault of ours.
      if (!(cause instanceof MillraceError && cause.code === 'shutting_down')) throw cause
    } finally {
      inFlight--
    }
  }
  const beat = (): Promise<void> => send((attempts) => ({ type: 'WorkerBeat', kind: 'worker', ...about, draining: table.draining, attempts }))
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
      return send(() => ({ type: 'WorkerLeft', reason }))
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
