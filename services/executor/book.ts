/**
 * Who holds what, of one leadership. A holding is one attempt (at a worker) or one trigger (at a triggerer): sent to it by us, or found in its list. `live`: a process of it may
 * exist, so it takes slots of the member and of its pool, and no other attempt of its instance may start (rule I).
 *
 *   live --its report ended it (journal)--> released: forget is sent
 *   live --the member lists it as ended--> ended: its report is on the way, and its slot is free
 *   live --the journal took it away--> cancelled until listed as ended, then forgotten
 *   any  --absent from a list that covers all that we said about it (E)--> dropped
 */
import type { Report } from '../../schemas/generated/records.ts'
import type { Member } from './fleet.ts'
import { makeResends, type Resends } from './resends.ts'
import type { CancelReason, Want } from './wanted.ts'

export interface Holding {
  readonly token: string
  readonly instance: string
  readonly member: Member
  readonly pool: string
  readonly poolSlots: number
  /** It counts against the slots of its triggerer alone. */
  readonly isTrigger: boolean
  /** null: the journal does not want it (any more). */
  want: Want | null
  live: boolean
  /** Number of the newest command about it; 0: none, it was found in a list. */
  saidN: number
  /** Number of the newest forget; 0: none. */
  forgetN: number
  cancelReason: CancelReason
  /** Its own report ended it. */
  released: boolean
}

/** A want that no member may be given (rules D, K, Q), and what is reported of it until the journal moves on. */
export interface Doubt {
  readonly want: Want
  readonly body: Report['body']
}

export interface Book {
  readonly byToken: Map<string, Holding>
  /** How many live holdings an instance has. */
  readonly holders: Map<string, number>
  /** Wants that wait for an earlier holder of their instance. */
  readonly blocked: Map<string, Want>
  readonly doubts: Map<string, Doubt>
  readonly cancels: Resends<Holding>
  readonly forgets: Resends<Holding>
  readonly reports: Resends<Doubt>
  /** Live attempts. */
  running: number
  /** Slots of each pool that live holdings take. */
  readonly poolSlots: Map<string, number>
}

/** A few forgets at a time cost what one costs, and nobody waits for them. */
const forgetDelayMs = 200

export const makeBook = (resendMs: number): Book => ({
  byToken: new Map(),
  holders: new Map(),
  blocked: new Map(),
  doubts: new Map(),
  cancels: makeResends(resendMs, 0),
  forgets: makeResends(resendMs, forgetDelayMs),
  reports: makeResends(resendMs, 0),
  running: 0,
  poolSlots: new Map(),
})

type New = Pick<Holding, 'token' | 'instance' | 'member' | 'pool' | 'poolSlots' | 'isTrigger' | 'want' | 'saidN'> & { readonly live: boolean }

export const hold = (book: Book, start: New): Holding => {
  const { token, instance, member, pool, poolSlots, isTrigger, want, saidN } = start
  // biome-ignore format: a field each, and none by a spread, which takes a hundred times longer
  const holding: Holding = {
    token, instance, member, pool, poolSlots, isTrigger, want, saidN,
    live: false, released: false, forgetN: 0, cancelReason: 'superseded',
  }
  if (!book.byToken.has(holding.token)) book.byToken.set(holding.token, holding)
  holding.member.holdings.set(holding.token, holding)
  if (start.live) setLive(book, holding, true)
  return holding
}

export const setLive = (book: Book, holding: Holding, live: boolean): void => {
  if (holding.live === live) return
  const by = live ? 1 : -1
  holding.live = live
  holding.member.taken += by
  addTo(book.holders, holding.instance, by)
  if (holding.isTrigger) return
  book.running += by
  addTo(book.poolSlots, holding.pool, by * holding.poolSlots)
}

export const drop = (book: Book, holding: Holding): void => {
  setLive(book, holding, false)
  book.cancels.delete(holding)
  book.forgets.delete(holding)
  if (book.byToken.get(holding.token) === holding) book.byToken.delete(holding.token)
  holding.member.holdings.delete(holding.token)
}

const addTo = (counts: Map<string, number>, key: string, by: number): void => {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
