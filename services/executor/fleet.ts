/**
 * The fleet: every worker incarnation of which a heartbeat was read. It holds no truth of its own; all of it can be read again.
 *
 *   alive --WorkerLeft--> left            its own last word: it holds nothing
 *   alive --lease over, heartbeats read to an end fetched after that (J)--> lost
 *   lost: final for this leadership (N, O). What it still says is kept for the next leader, and answered by `retire`. A new incarnation of the
 *   same worker is another member and proves nothing about this one.
 *
 * P: a heartbeat whose counter is not above the last is a late copy and says nothing.
 * E: `coveredN` is how far the member has handled *our* commands; what is absent from a list means something only up to there.
 */
import type { AttemptStatus, Heartbeat, WorkerBeat } from '../../schemas/generated/records.ts'
import type { Holding } from './book.ts'

export interface Member {
  readonly incarnation: string
  state: 'alive' | 'left' | 'lost'
  /** Newest WorkerBeat; null: only its farewell was read. */
  beat: WorkerBeat | null
  counter: number
  /** When we read its newest heartbeat, on the steady clock. */
  seenAt: number
  /** When it sent that, on its own clock. */
  saidAt: number
  /** What it holds, as far as its lists were read. */
  attempts: Map<string, AttemptStatus>
  /** The list that is being read, when it takes several heartbeats. */
  reading: Map<string, AttemptStatus> | null
  /** Counter of the heartbeat that changes may build upon; null: one is missing, and a whole list must come. */
  listedAt: number | null
  beatWhileLost: boolean
  /** Somebody asked that it drain (topic `settings`, key `worker/<incarnation>`). */
  drainAsked: boolean
  /** When it was told so last. */
  drainSaidAt: number
  /** From here on: of the present leadership. */
  answered: boolean
  coveredN: number
  /** Number of the last command sent (G). */
  sentN: number
  retiredAt: number
  /** When it was asked for a whole list last. */
  askedAt: number
  readonly holdings: Map<string, Holding>
  /** Slots that live holdings take. */
  taken: number
}

export type Heard =
  | { readonly kind: 'nothing' }
  /** `answer`: it knows us (its epoch is ours), so its list can be held against what we said. */
  | { readonly kind: 'new' | 'beat' | 'answer' | 'left' | 'beatOfLost'; readonly member: Member }
  /** It told what changed in a list that we do not have: it must be asked for the whole. */
  | { readonly kind: 'unlisted'; readonly member: Member }

export interface Fleet {
  readonly members: ReadonlyMap<string, Member>
  readonly alive: ReadonlySet<Member>
  /** Next offset of heartbeats to read. */
  position: number
  /** `epoch`: ours, or -1 while nobody leads here. */
  hear(heartbeat: Heartbeat, now: number, epoch: number): Heard
  /** Forgets what belongs to a leadership. A lost member that went on beating is a member again. */
  beginLeadership(now: number): void
  lose(member: Member): void
  /** It shall drain, or not; it may not be known yet. */
  drain(incarnation: string, asked: boolean): void
  /** Asked to drain, and gone: nothing is left to ask. Each once. */
  drained(): readonly string[]
}

/** As long as heartbeats are kept: who reads them anew knows no more. */
const rememberMs = 86_400_000

export const makeFleet = (): Fleet => {
  const members = new Map<string, Member>()
  const alive = new Set<Member>()
  const drains = new Set<string>()

  const enter = (incarnation: string, now: number): Member => {
    for (const [id, { state, seenAt }] of members) if (state !== 'alive' && seenAt < now - rememberMs) members.delete(id)
    const member: Member = {
      incarnation,
      state: 'alive',
      beat: null,
      counter: 0,
      seenAt: 0,
      saidAt: 0,
      attempts: new Map(),
      reading: null,
      listedAt: null,
      beatWhileLost: false,
      drainAsked: drains.has(incarnation),
      drainSaidAt: Number.NEGATIVE_INFINITY,
      answered: false,
      coveredN: -1,
      sentN: 0,
      retiredAt: Number.NEGATIVE_INFINITY,
      askedAt: Number.NEGATIVE_INFINITY,
      holdings: new Map(),
      taken: 0,
    }
    members.set(incarnation, member)
    alive.add(member)
    return member
  }

  return {
    members,
    alive,
    position: 0,
    hear(heartbeat, now, epoch) {
      const { body } = heartbeat
      if (body.type === 'ExecutorStatus' || body.type === 'SchedulerStatus' || body.type === 'WatcherStatus') return { kind: 'nothing' }
      const known = members.get(heartbeat.incarnation)
      if (known && (known.state === 'left' || heartbeat.counter <= known.counter)) return { kind: 'nothing' } // P
      const member = known ?? enter(heartbeat.incarnation, now)
      member.counter = heartbeat.counter
      member.seenAt = now
      member.saidAt = heartbeat.at
      if (body.type === 'WorkerLeft') {
        const wasLost = member.state === 'lost'
        member.state = 'left'
        alive.delete(member)
        return wasLost ? { kind: 'nothing' } : { kind: 'left', member }
      }
      member.beat = body
      const isListed = readList(member, heartbeat.counter, body)
      if (member.state === 'lost') {
        member.beatWhileLost = true
        return { kind: 'beatOfLost', member }
      }
      if (member.listedAt === null) return { kind: known ? 'unlisted' : 'new', member }
      if (isListed && epoch >= 0 && heartbeat.epoch === epoch) {
        member.answered = true
        member.coveredN = heartbeat.n
        if (known) return { kind: 'answer', member }
      }
      return { kind: known ? 'beat' : 'new', member }
    },
    beginLeadership(now) {
      for (const member of members.values()) {
        if (member.state === 'lost' && member.beatWhileLost) {
          member.state = 'alive'
          member.seenAt = now
          alive.add(member)
        }
        member.beatWhileLost = false
        member.answered = false
        member.coveredN = -1
        member.sentN = 0
        member.drainSaidAt = Number.NEGATIVE_INFINITY
        member.retiredAt = Number.NEGATIVE_INFINITY
        member.askedAt = Number.NEGATIVE_INFINITY
        member.holdings.clear()
        member.taken = 0
      }
    },
    lose(member) {
      member.state = 'lost'
      alive.delete(member)
    },
    drain(incarnation, asked) {
      if (asked) drains.add(incarnation)
      else drains.delete(incarnation)
      const member = members.get(incarnation)
      if (member) member.drainAsked = asked
    },
    drained() {
      const gone = [...drains].filter((incarnation) => members.has(incarnation) && members.get(incarnation)?.state !== 'alive')
      for (const incarnation of gone) drains.delete(incarnation)
      return gone
    },
  }
}

/** Takes a heartbeat's list in, or what changed in the one before; true: `attempts` is all that the member holds now. */
const readList = (member: Member, counter: number, { attempts, base, gone, more }: WorkerBeat): boolean => {
  if (base === null) member.reading = new Map()
  else if (member.listedAt !== base) {
    member.reading = null
    member.listedAt = null
    for (const attempt of attempts) member.attempts.set(attempt.token, attempt) // Q: what is known of it, complete or not
    return false
  }
  const list = member.reading ?? member.attempts
  for (const attempt of attempts) list.set(attempt.token, attempt)
  for (const token of gone) list.delete(token)
  member.listedAt = counter
  if (more) return false
  member.attempts = list
  member.reading = null
  return true
}

/** How many more attempts a worker may get. One that drains gets nothing new. */
export const freeSlots = ({ state, beat, taken, drainAsked }: Member): number =>
  state === 'alive' && beat?.kind === 'worker' && !beat.draining && !drainAsked ? Math.max(0, beat.slots - taken) : 0

/** How many more triggers it may get. */
export const freeTriggerSlots = ({ state, beat, taken, drainAsked }: Member): number =>
  state === 'alive' && beat?.kind === 'triggerer' && !beat.draining && !drainAsked ? Math.max(0, beat.slots - taken) : 0

/** It is there for the queue, whether or not a slot of it is free. */
export const serves = ({ state, beat, drainAsked }: Member, queue: string): boolean =>
  state === 'alive' && beat?.kind === 'worker' && !beat.draining && !drainAsked && beat.queues.includes(queue)
