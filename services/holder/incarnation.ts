/**
 * One life of a worker or triggerer, from its hello to its end (drained, retired, lease over). Each has one at a time; the next is another one for everybody
 * (H, N, O): new id, empty table, and nothing of the old one alive.
 */
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import { beginAttempt, decideInbox, endAttempt, enterLeastEpoch, type HeldCommand, makeAttemptTable } from './attempt-table.ts'
import { makeBeats } from './beats.ts'
import { type Ending, makeEndings } from './endings.ts'
import { type Inbox, openInbox } from './inbox.ts'
import { leaseClockMs, openLease } from './lease.ts'
import { newestClaim } from './newest-claim.ts'
import type { Reaper } from './reaper.ts'
import { reportRecord } from './reports.ts'

export interface Incarnation {
  readonly id: string
  /** Takes no new attempts, waits for those that run, at most for the grace time; hands the rest back; says goodbye. */
  drain(): Promise<void>
  /** Drain no longer: hands back at once. */
  hurry(): void
  /** Resolves with the reason when it is over and nothing that it ran lives. */
  readonly over: Promise<string>
}

export interface HolderConfig {
  readonly hostname: string
  readonly release: string
  readonly queues: readonly string[]
  readonly slots: number
  readonly leaseMs: number
  readonly beatMs: number
  readonly graceMs: number
}

/**
 * Why something that is held is stopped, which decides what is told: `cancelled` shows in heartbeats only, `timeout` is the task's failure,
 * `worker_stopped` is nobody's, and after `forsaken` (the lease is over, or we were retired) nothing may be said: the executor has decided already (N, O).
 */
export type StopReason = 'cancelled' | 'timeout' | 'worker_stopped' | 'forsaken'

/** An attempt or a trigger under way. */
export interface Held {
  readonly token: string
  stop(reason: StopReason, detail: string): void
}

/** What it tells its incarnation, and may ask. */
export interface HeldDeps {
  readonly incarnation: string
  /** M: asked before anything is started or told. */
  readonly isLeaseOver: () => boolean
  /** M: asked when what runs it died unasked. */
  readonly wasReaped: () => Promise<boolean>
  readonly send: (records: readonly Outgoing[]) => void
  readonly onLogFailed: (error: unknown) => void
  readonly began: (token: string) => void
  /** Nothing of it lives any more (I). */
  readonly ended: (ending: Ending) => void
}

export interface IncarnationDeps<C extends HeldCommand> {
  readonly platform: Platform
  readonly config: HolderConfig
  readonly kind: 'worker' | 'triggerer'
  readonly takes: C['type']
  /** Asked once, then for each command. */
  readonly begin: (deps: HeldDeps) => (command: C) => Held
  readonly reaper: Reaper
  /** The clock that the lease and the reaper go by (leaseClockMs); the simulator has its own. */
  readonly leaseNowMs?: () => number
  readonly onFailed: (error: Error) => void
}

export const openIncarnation = async <C extends HeldCommand>(deps: IncarnationDeps<C>): Promise<Incarnation> => {
  const { platform, config, kind, takes, reaper, leaseNowMs = leaseClockMs, onFailed } = deps
  const { clock, bus } = platform
  const id = `${config.hostname}:${process.pid}:${platform.newId().slice(0, 8)}`
  const log = platform.log.child({ incarnation: id })
  const table = makeAttemptTable(id, takes)
  const runs = new Map<string, Held>()
  let state: 'live' | 'draining' | 'over' = 'live'
  const idleWaiters = new Set<() => void>()
  let inbox: Inbox | undefined
  let resolveOver: (why: string) => void
  const over = new Promise<string>((resolve) => {
    resolveOver = resolve
  })

  const abandon = (why: string): void => {
    if (state === 'over') return
    state = 'over'
    log.warn({ why, attempts: runs.size }, 'this incarnation is over; its attempts are killed')
    lease.stop()
    beats.stop()
    for (const run of [...runs.values()]) run.stop('forsaken', `Killed: ${why}.`)
    Promise.all([inbox?.close(), untilIdle()]).then(
      () => resolveOver(why),
      (thrown: unknown) => onFailed(ensureError(thrown)),
    )
  }
  const lease = openLease({
    clock,
    leaseMs: config.leaseMs,
    nowMs: leaseNowMs,
    onRenewed: reaper.renew,
    onOver: () => abandon(`the lease is over: no heartbeat was acknowledged for ${config.leaseMs / 1000} s`),
  })
  // We stood still between our look at the lease and its renewal: by our clock all is well, and yet our attempts were killed.
  reaper.over.then(() => abandon('the lease was over for the reaper, which has killed all attempts'), onFailed)
  const beats = makeBeats({
    platform,
    table,
    lease,
    leaseNowMs,
    beatMs: config.beatMs,
    about: { kind, hostname: config.hostname, pid: process.pid, release: config.release, queues: config.queues, slots: config.slots, startedAt: clock.now() },
    onFailed,
  })
  const isOver = (): boolean => state === 'over' || lease.isOver()
  const untilIdle = (): Promise<void> =>
    new Promise((resolve) => {
      if (runs.size === 0) resolve()
      else idleWaiters.add(resolve)
    })
  const failUnlessClosing = (thrown: unknown): void => {
    const error = ensureError(thrown)
    if (error instanceof MillraceError && error.code === 'shutting_down') return
    onFailed(error)
  }
  const send = (records: readonly Outgoing[]): void => {
    bus.send(records).catch(failUnlessClosing)
  }

  const endings = makeEndings({
    clock,
    running: () => runs.size,
    send(ended) {
      const forsaken = isOver() // M: what waited past the lease is not reported any more
      send(ended.flatMap(({ lines, reports }) => [...(lines ? [lines] : []), ...(forsaken ? [] : reports)]))
      for (const { token, outcome } of ended) {
        endAttempt(table, token, outcome)
        runs.delete(token)
      }
      if (runs.size > 0) return
      for (const waiter of idleWaiters) waiter()
      idleWaiters.clear()
    },
  })
  const heldDeps: HeldDeps = {
    incarnation: id,
    isLeaseOver: isOver,
    wasReaped: reaper.isOver,
    send,
    onLogFailed: failUnlessClosing,
    began: (token) => beginAttempt(table, token),
    ended: (ending) => endings.add(ending),
  }
  const begin = deps.begin(heldDeps)
  const beatNow = (): void => {
    beats.beat(true).catch(onFailed)
  }
  let draining: Promise<void> | null = null
  const drain = (why: 'stopped' | 'drained'): Promise<void> => {
    draining ??= takeLeave(why)
    return draining
  }
  const takeLeave = async (why: 'stopped' | 'drained'): Promise<void> => {
    if (state === 'over') return
    state = 'draining'
    table.draining = true
    beatNow()
    log.info({ attempts: table.live }, 'draining')
    const cancel = clock.after(config.graceMs, handBack)
    await untilIdle()
    cancel()
    if (isOver()) return
    state = 'over'
    lease.stop()
    await inbox?.close()
    // A broker that is away must not keep us: then our lease runs out instead.
    await Promise.race([beats.leave(why), new Promise<void>((resolve) => clock.after(config.leaseMs, resolve))])
    resolveOver(why)
  }
  const handBack = (): void => {
    for (const run of [...runs.values()])
      run.stop('worker_stopped', `The ${kind} stops and its grace time of ${config.graceMs / 1000} s is over: the attempt is handed back.`)
  }
  inbox = await openInbox(
    platform,
    id,
    (command) => {
      if (isOver()) return // M: after a pause nothing is begun on a lease that is gone
      const effect = decideInbox(table, command)
      switch (effect.kind) {
        case 'start': {
          endings.begun(effect.command.token)
          const run = begin(effect.command as C) // the table refuses other kinds
          // It may have ended at once (a definition that is no JSON).
          if (table.attempts.get(run.token)?.state !== 'ended') runs.set(run.token, run)
          return
        }
        case 'refuse':
          send([reportRecord(platform, id, effect.command, clock.now(), { type: 'AttemptLost', reason: 'worker_stopped' })])
          return endAttempt(table, effect.command.token, 'lost')
        case 'kill':
          return runs.get(effect.token)?.stop('cancelled', `Cancelled: ${effect.reason}.`)
        case 'beat':
          return beatNow()
        case 'retire':
          return abandon(`the executor retired this incarnation${effect.reason === '' ? '' : ` (${effect.reason})`}`)
        case 'drain':
          return void drain('drained').catch(onFailed)
        case 'forgotten':
          return // the next heartbeat shows it: one for each would be one for each task
        case 'ignore':
          if (effect.why !== 'not_ours') log.debug({ why: effect.why, epoch: command.epoch, n: command.n, type: command.body.type }, 'inbox command ignored')
          return
        default:
          return effect satisfies never
      }
    },
    onFailed,
  )

  // F: first the hello, then `leadership` to its end as of the hello's acknowledgement: an executor either finds us or is found by us.
  await beats.beat()
  enterLeastEpoch(table, await newestClaim(platform, onFailed))
  if (!isOver()) beats.start()
  log.info({ epoch: table.epoch, queues: config.queues, slots: config.slots }, `${kind} is ready`)
  inbox.open()

  return { id, drain: () => drain('stopped'), hurry: handBack, over }
}
