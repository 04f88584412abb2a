/**
 * The leader's office: what it knows beyond journal and heartbeats, and how news change it. It is made when the take-over is complete and dropped
 * with the leadership. The journal says what should run, the lists say what runs; here the two are held against each other.
 */
import type { AttemptStatus, Report } from '../../schemas/generated/records.ts'
import { type Book, drop, type Holding, hold, makeBook, setLive } from './book.ts'
import type { Effect } from './effects.ts'
import type { Fleet, Member } from './fleet.ts'
import { type Lines, makeLines } from './lines.ts'
import type { CancelReason, Change, Want, Wanted } from './wanted.ts'
import { instanceId } from './wanted.ts'

export interface Office {
  readonly book: Book
  readonly lines: Lines
  /** Triggers that wait for a triggerer, oldest first. */
  readonly triggers: Set<Want>
  readonly fleet: Fleet
  readonly wanted: Wanted
  readonly epoch: number
  now: number
  readonly effects: Effect[]
}

/** Clocks of two machines, a worker's and the scheduler's, are no further apart than this. */
const clocksApartMs = 60_000

/** F (f): the book from the answers (D), and every want in its place (K, Q). */
export const openOffice = (fleet: Fleet, wanted: Wanted, epoch: number, now: number, resendMs: number): Office => {
  const office: Office = { book: makeBook(resendMs), lines: makeLines(), triggers: new Set(), fleet, wanted, epoch, now, effects: [] }
  const seen = new Set<string>()
  const silentUntil = { worker: Number.NEGATIVE_INFINITY, triggerer: Number.NEGATIVE_INFINITY }
  for (const member of fleet.members.values()) {
    if (member.state === 'alive') takeList(office, member)
    else for (const token of member.attempts.keys()) seen.add(token) // Q
    // What an earlier leader gave to a silent worker stands in no list; what was queued after its death cannot be among it.
    if (member.state !== 'lost') continue
    for (const kind of ['worker', 'triggerer'] as const)
      if ((member.beat?.kind ?? kind) === kind) silentUntil[kind] = Math.max(silentUntil[kind], member.saidAt + clocksApartMs)
  }
  for (const want of wanted.byToken.values()) {
    if (want.place === 'held') continue
    if (seen.has(want.token)) doubt(office, want, 'a worker that is gone had it')
    else if (want.queuedAt <= silentUntil[want.trigger === null ? 'worker' : 'triggerer']) doubt(office, want, 'a worker that fell silent may have had it')
    else place(office, want)
  }
  return office
}

/** Nobody leads here any more. */
export const closeOffice = (office: Office): void => {
  for (const want of office.wanted.byToken.values()) want.place = 'out'
}

export const doubt = (office: Office, want: Want, why: string | Report['body']): void => {
  const entry = { want, body: typeof why === 'string' ? { type: 'AttemptLost' as const, reason: why } : why }
  want.place = 'doubtful'
  office.book.doubts.set(want.token, entry)
  office.book.reports.add(entry, office.now)
}

/** A want that nobody holds. */
const place = (office: Office, want: Want): void => {
  if (want.running) doubt(office, want, 'no worker has it')
  else if (office.book.holders.has(want.instance)) {
    want.place = 'blocked' // I
    office.book.blocked.set(want.instance, want)
  } else if (want.trigger !== null) {
    want.place = 'waiting'
    office.triggers.add(want)
  } else office.lines.add(want)
}

/** Takes a want out of the place it is in. */
const displace = ({ book, lines, triggers }: Office, want: Want): void => {
  if (want.trigger !== null) triggers.delete(want)
  else if (want.place === 'waiting') lines.remove(want)

  if (want.place === 'blocked') book.blocked.delete(want.instance)
  else if (want.place === 'doubtful') {
    const entry = book.doubts.get(want.token)
    if (entry) book.reports.delete(entry)
    book.doubts.delete(want.token)
  }
  want.place = 'out'
}

/** Nothing of the holding lives: its slot is free, and the instance's next attempt may go (I). */
const settle = (office: Office, holding: Holding): void => {
  setLive(office.book, holding, false)
  const next = office.book.blocked.get(holding.instance)
  if (!next || office.book.holders.has(holding.instance)) return
  displace(office, next)
  place(office, next)
}

/** The journal moved. */
export const takeChange = (office: Office, change: Change): void => {
  const { want } = change
  switch (change.kind) {
    case 'queued':
      place(office, want)
      break
    case 'started':
      if (want.place !== 'waiting' && want.place !== 'blocked') break
      displace(office, want)
      doubt(office, want, 'it runs on a worker that nobody knows')
      break
    case 'left': {
      const holding = want.place === 'held' ? office.book.byToken.get(want.token) : undefined
      displace(office, want)
      if (holding) unwant(office, holding, change.byWorker, change.why)
      break
    }
    default:
      change satisfies never
  }
}

const unwant = (office: Office, holding: Holding, byWorker: boolean, why: CancelReason): void => {
  holding.want = null
  holding.cancelReason = why
  if (byWorker) {
    holding.released = true
    settle(office, holding)
  }
  if (holding.live) office.book.cancels.add(holding, office.now)
  else office.book.forgets.add(holding, office.now)
}

/** A member's list (D): what it holds is held, what it does not list up to what it has handled (E) it does not have. */
export const takeList = (office: Office, member: Member): void => {
  const { book } = office
  for (const listed of member.attempts.values()) {
    const live = listed.state !== 'ended'
    const holding = member.holdings.get(listed.token)
    if (!holding) learn(office, member, listed, live)
    else if (!holding.released) {
      if (!live) settle(office, holding)
      if (!live && !holding.want) {
        book.cancels.delete(holding)
        book.forgets.add(holding, office.now)
      }
    } else if (live && holding.forgetN > 0 && member.coveredN >= holding.forgetN) {
      // It was told to forget, and lives: somebody else ended it in the journal.
      holding.released = false
      book.forgets.delete(holding)
      setLive(book, holding, true)
      book.cancels.add(holding, office.now)
    }
  }
  for (const holding of member.holdings.values()) {
    if (member.attempts.has(holding.token) || member.coveredN < holding.saidN) continue
    giveUp(office, holding, `worker ${member.incarnation} does not have it`)
  }
}

const learn = (office: Office, member: Member, listed: AttemptStatus, live: boolean): void => {
  const want = office.wanted.byToken.get(listed.token) ?? null
  const isTrigger = want === null ? member.beat?.kind === 'triggerer' : want.trigger !== null
  const { pool, poolSlots } = want?.definition ?? { pool: '', poolSlots: 0 }
  if (want) displace(office, want)
  const instance = want?.instance ?? instanceId(listed.dagId, listed.runId, listed.taskId, listed.mapIndex)
  const holding = hold(office.book, { token: listed.token, instance, member, pool, poolSlots, isTrigger, want, saidN: 0, live })
  if (want) want.place = 'held'
  else if (live) office.book.cancels.add(holding, office.now)
  else office.book.forgets.add(holding, office.now)
}

/** The member does not have it (any more). A token that was given away once is never given again (K): the scheduler makes a new try. */
export const giveUp = (office: Office, holding: Holding, reason: string | Report['body']): void => {
  const { want } = holding
  settle(office, holding)
  drop(office.book, holding)
  if (want) doubt(office, want, reason)
}

/** A member left or is lost, and with it all it held. */
export const takeLeave = (office: Office, member: Member, reason: string): void => {
  for (const holding of member.holdings.values()) giveUp(office, holding, reason)
}
