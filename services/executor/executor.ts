/**
 * The executor without the world: news in, effects out. The shell (loop.ts) reads, decodes and tells; `step` says what to do. It owns no truth: all
 * of it follows from journal, heartbeats and leadership, and is read again by the next one.
 */
import type { Heartbeat } from '../../schemas/generated/records.ts'
import type { Column } from '../core/column-state.ts'
import type { Event } from '../core/events.ts'
import type { Effect } from './effects.ts'
import { type Fleet, type Member, makeFleet } from './fleet.ts'
import { hasRead, makeLeases, type TopicEnd } from './leases.ts'
import { closeOffice, giveUp, type Office, openOffice, takeChange, takeLeave, takeList } from './office.ts'
import { makePools, type Pools } from './pools.ts'
import { reconcile, say } from './reconcile.ts'
import { statusOf } from './status.ts'
import { epochOf, type Phase, whenAssigned, whenClaimed, whenRested } from './takeover.ts'
import { makeWanted, type Wanted } from './wanted.ts'

export interface ExecutorOptions {
  readonly columns: number
  readonly leaseMs: number
  readonly resendMs: number
  /** A deposed leader waits so long before it claims again. */
  readonly restMs: number
  /** Attempts at once over all workers; Infinity: as many as there are slots. */
  readonly limit: number
  readonly newId: () => string
}

export interface Executor {
  readonly phase: Phase
  readonly fleet: Fleet
  readonly wanted: Wanted
  readonly pools: Pools
  readonly office: Office | null
  /** Time on the steady clock, which leases go by; told before the news of that time. */
  time(now: number): void
  assigned(assigned: boolean): void
  claimed(claim: { readonly offset: number; readonly owner: string }): void
  /** Events that were folded into their column already, all of one decision. */
  decided(columnNumber: number, column: Column, events: readonly Event[]): void
  /** A column as of its checkpoint, whose journal is read from `position` on; before any event of it. */
  restored(columnNumber: number, column: Column, position: number): void
  /** How far a column's journal is read, whether or not the records counted. */
  journalRead(columnNumber: number, position: number): void
  heartbeat(heartbeat: Heartbeat): void
  heartbeatsRead(position: number): void
  heartbeatsEnd(of: 'takeover' | 'leases', epoch: number, end: TopicEnd): void
  journalEnds(epoch: number, ends: readonly TopicEnd[]): void
  /** A worker shall drain, or not. */
  drain(incarnation: string, asked: boolean): void
  /** An attempt's command does not fit a record. */
  tooBig(token: string, reason: string): void
  step(): Effect[]
}

const statusEveryMs = 1000
const checkLeasesEveryMs = 50

export const makeExecutor = (options: ExecutorOptions): Executor => {
  const { columns, leaseMs, resendMs, restMs, limit, newId } = options
  const fleet = makeFleet()
  const wanted = makeWanted()
  const pools = makePools()
  const positions = new Array<number>(columns).fill(0)
  let phase: Phase = { kind: 'candidate' }
  let now = 0
  let effects: Effect[] = []
  // Of the present leadership:
  let office: Office | null = null
  let leases = makeLeases(leaseMs)
  let leasesCheckedAt = Number.NEGATIVE_INFINITY
  let asked = false
  let heartbeatsEnd: TopicEnd | null = null
  let journalEnds: readonly TopicEnd[] | null = null
  let statusAt = Number.NEGATIVE_INFINITY
  let lastStatus = ''

  const enter = (next: Phase): void => {
    if (next === phase) return
    if (next.kind !== 'leading' && office) {
      closeOffice(office) // a deposed leader drops everything, and what it was about to say
      office = null
    }
    if (next.kind !== 'leading' && next.kind !== 'syncing' && next.kind !== 'catching_up') effects = []
    phase = next
    asked = false
    if (next.kind === 'claiming') effects.push({ type: 'claim', owner: next.owner })
    if (next.kind === 'reading') beginLeadership()
  }

  const beginLeadership = (): void => {
    fleet.beginLeadership(now)
    leases = makeLeases(leaseMs)
    leasesCheckedAt = Number.NEGATIVE_INFINITY
    heartbeatsEnd = null
    journalEnds = null
    statusAt = Number.NEGATIVE_INFINITY
    lastStatus = ''
  }

  /** (c) */
  const sync = (member: Member, epoch: number): void => void say(effects, member, epoch, { type: 'Sync', reason: `executor epoch ${epoch}` })

  const askAgain = (member: Member, epoch: number): void => {
    if (now - member.askedAt < resendMs) return
    member.askedAt = now
    sync(member, epoch)
  }

  const retire = (member: Member, epoch: number): void => {
    if (now - member.retiredAt < resendMs) return
    member.retiredAt = now
    say(effects, member, epoch, { type: 'Retire', reason: `its lease of ${leaseMs / 1000} s was over: its attempts were given up` }) // N, O
  }

  const checkLeases = (epoch: number): void => {
    if (now - leasesCheckedAt < checkLeasesEveryMs) return
    leasesCheckedAt = now
    const { lost, ask } = leases.check(fleet, now)
    for (const member of lost) {
      fleet.lose(member)
      if (office)
        takeLeave(
          office,
          member,
          `worker ${member.incarnation} on ${member.beat?.hostname ?? 'an unknown machine'} was silent for longer than its lease of ${leaseMs / 1000} s`,
        )
    }
    if (ask) effects.push({ type: 'ask_heartbeats_end', of: 'leases', epoch })
  }

  const everyJournalRead = (ends: readonly TopicEnd[]): boolean => ends.every((end, column) => hasRead(positions[column] ?? 0, end))

  /** One step of the take-over; true: another may follow. */
  const advance = (): boolean => {
    switch (phase.kind) {
      case 'candidate':
      case 'claiming':
        return false
      case 'resting': {
        const before = phase
        enter(whenRested(phase, now, newId))
        return phase !== before
      }
      case 'reading': {
        if (!asked) effects.push({ type: 'ask_heartbeats_end', of: 'takeover', epoch: phase.epoch })
        asked = true
        if (!heartbeatsEnd || !hasRead(fleet.position, heartbeatsEnd)) return false
        enter({ ...phase, kind: 'syncing' })
        for (const member of fleet.alive) sync(member, epochOf(phase))
        return true
      }
      case 'syncing':
        checkLeases(phase.epoch)
        for (const member of fleet.alive) if (!member.answered) return false
        enter({ ...phase, kind: 'catching_up' })
        return true
      case 'catching_up':
        if (!asked) effects.push({ type: 'ask_journal_ends', epoch: phase.epoch })
        asked = true
        checkLeases(phase.epoch)
        if (!journalEnds || !everyJournalRead(journalEnds)) return false
        enter({ ...phase, kind: 'leading' })
        office = openOffice(fleet, wanted, epochOf(phase), now, resendMs)
        return true
      case 'leading':
        checkLeases(phase.epoch)
        return false
      default:
        phase satisfies never
        return false
    }
  }

  const drainMembers = (epoch: number): void => {
    for (const incarnation of fleet.drained()) effects.push({ type: 'drained', incarnation })
    for (const member of fleet.alive) {
      if (!member.drainAsked || member.beat?.draining || now - member.drainSaidAt < resendMs) continue
      member.drainSaidAt = now
      say(effects, member, epoch, { type: 'Drain', reason: 'asked by command' })
    }
  }

  const lead = (leading: Office): void => {
    drainMembers(leading.epoch)
    reconcile(leading, pools, limit)
    for (const effect of leading.effects.splice(0)) effects.push(effect)
    if (now - statusAt < statusEveryMs) return
    statusAt = now
    const status = statusOf(leading, pools)
    const text = JSON.stringify(status)
    if (text === lastStatus) return
    lastStatus = text
    effects.push({ type: 'status', epoch: leading.epoch, status })
  }

  return {
    get phase() {
      return phase
    },
    get office() {
      return office
    },
    fleet,
    wanted,
    pools,
    time(at) {
      now = at
      if (office) office.now = at
    },
    assigned: (yes) => enter(whenAssigned(phase, yes, newId)),
    claimed: (claim) => enter(whenClaimed(phase, claim, now, restMs)),
    decided(columnNumber, column, events) {
      for (const event of events) for (const change of wanted.apply(columnNumber, column, event)) if (office) takeChange(office, change)
    },
    restored(columnNumber, column, position) {
      wanted.restore(columnNumber, column)
      positions[columnNumber] = position
    },
    journalRead(columnNumber, position) {
      positions[columnNumber] = position
    },
    heartbeat(heartbeat) {
      const epoch = epochOf(phase)
      const heard = fleet.hear(heartbeat, now, epoch)
      if (heard.kind === 'nothing' || epoch < 0) return
      const { member } = heard
      if (heard.kind === 'beatOfLost') return retire(member, epoch)
      if (heard.kind === 'left') return office ? takeLeave(office, member, `worker ${member.incarnation} left before it was done`) : undefined
      if (phase.kind === 'reading') return
      if (heard.kind === 'new') sync(member, epoch)
      if (heard.kind === 'unlisted') askAgain(member, epoch)
      if (heard.kind === 'answer' && office) takeList(office, member)
    },
    heartbeatsRead(position) {
      fleet.position = position
    },
    heartbeatsEnd(of, epoch, end) {
      if (epoch !== epochOf(phase)) return
      if (of === 'leases') leases.answer(end)
      else heartbeatsEnd = end
    },
    journalEnds(epoch, ends) {
      if (epoch === epochOf(phase)) journalEnds = ends
    },
    drain: fleet.drain,
    tooBig(token, reason) {
      const holding = office?.book.byToken.get(token)
      if (!office || !holding) return
      // A lost trigger would come again, and be as big.
      const error = { type: 'too_big', message: reason, stack: null }
      giveUp(office, holding, holding.isTrigger ? { type: 'AttemptFailed', error, retryable: false } : reason)
    },
    step() {
      while (advance());
      if (office) lead(office)
      return effects.splice(0)
    },
  }
}
