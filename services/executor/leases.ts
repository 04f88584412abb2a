/**
 * Whose lease is over (J). The deadline counts from our own reading, and that alone proves nothing: an executor that was paused would declare
 * everybody lost when it wakes, with their heartbeats still unread. So an end of `heartbeats` is fetched after the deadline, and only who is still
 * silent when we have read up to it is lost.
 */
import type { Fleet, Member } from './fleet.ts'

export interface TopicEnd {
  readonly low: number
  readonly high: number
}

/** Deleted records leave nothing to read: an empty partition is at its end wherever we stand. */
export const hasRead = (position: number, { low, high }: TopicEnd): boolean => low === high || position >= high

export interface Leases {
  /** Who is lost now; `ask` when an end is to be fetched. */
  check(fleet: Fleet, now: number): { readonly lost: readonly Member[]; readonly ask: boolean }
  /** Answer to the last `ask`. */
  answer(end: TopicEnd): void
  /** The fetch failed: it will be asked again. */
  forget(): void
}

export const makeLeases = (leaseMs: number): Leases => {
  /** The fetch began at this time; null: none is under way or answered. */
  let askedAt: number | null = null
  let end: TopicEnd | null = null
  return {
    check(fleet, now) {
      const lost: Member[] = []
      const answered = askedAt !== null && end !== null
      const read = end !== null && hasRead(fleet.position, end)
      let unasked = false
      for (const member of fleet.alive) {
        const deadline = member.seenAt + leaseMs
        if (deadline >= now) continue
        if (askedAt === null || deadline >= askedAt) unasked = true
        else if (read) lost.push(member)
      }
      const ask = unasked && (askedAt === null || (answered && read))
      if (ask) {
        askedAt = now
        end = null
      }
      return { lost, ask }
    },
    answer(fetched) {
      end = fetched
    },
    forget() {
      askedAt = null
      end = null
    },
  }
}
