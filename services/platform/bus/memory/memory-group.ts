import { assignColumns } from '../assign-columns.ts'
import type { Step } from './memory-broker.ts'

export interface MemoryMember {
  readonly id: string
  readonly bus: string
  readonly columns: () => number
  readonly onAssigned: (columns: readonly number[]) => void
}

/** A consumer group that shares columns among its members, anew whenever one comes or goes. */
export interface MemoryGroup {
  join(member: MemoryMember): void
  leave(member: MemoryMember): void
  /** The members of this bus are gone: their sessions timed out, which they do not know. */
  expire(bus: string): void
  /** They learned of it, and come back. */
  rejoin(bus: string): void
}

export const makeMemoryGroup = (schedule: (step: Step) => void): MemoryGroup => {
  let generation = 0
  const owned = new Map<MemoryMember, readonly number[]>()
  const expired = new Set<MemoryMember>()

  const rebalance = (): void => {
    const now = ++generation
    const [first] = owned.keys()
    if (!first) return
    const shares = assignColumns(
      first.columns(),
      [...owned].map(([{ id }, columns], since) => ({ id, owned: columns, since })),
    )
    for (const member of owned.keys()) {
      const columns = shares.get(member.id) ?? []
      owned.set(member, columns)
      const run = (): void => {
        if (now === generation && owned.has(member)) member.onAssigned(columns) // a later rebalance says what counts
      }
      schedule({ kind: 'assigned', bus: member.bus, run })
    }
  }

  return {
    join(member) {
      owned.set(member, [])
      rebalance()
    },
    leave(member) {
      expired.delete(member)
      if (owned.delete(member)) rebalance()
    },
    expire(bus) {
      const gone = [...owned.keys()].filter((member) => member.bus === bus)
      for (const member of gone) {
        owned.delete(member)
        expired.add(member)
      }
      if (gone.length > 0) rebalance()
    },
    rejoin(bus) {
      const back = [...expired].filter((member) => member.bus === bus)
      for (const member of back) {
        expired.delete(member)
        owned.set(member, [])
      }
      if (back.length > 0) rebalance()
    },
  }
}
