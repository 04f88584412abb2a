/** What the active executor shows to people (DESIGN invariant 13: why a task waits follows from its state and this). */
import type { PoolStatus } from '../../schemas/generated/records.ts'
import type { Effect } from './effects.ts'
import { serves } from './fleet.ts'
import type { Office } from './office.ts'
import type { Pools } from './pools.ts'

/** `slots` of a pool without limit, on the wire. */
const noLimit = -1

/** A pool that does not exist and is asked for stands there with 0 slots: that is why its tasks wait. */
export const statusOf = ({ book, lines, fleet, wanted }: Office, pools: Pools): Extract<Effect, { type: 'status' }>['status'] => {
  const queued = new Map<string, number>()
  const unserved = new Set<string>()
  for (const line of lines.all) {
    if (line.size === 0) continue
    queued.set(line.pool, (queued.get(line.pool) ?? 0) + line.size * line.poolSlots)
    if (![...fleet.alive].some((member) => serves(member, line.queue))) unserved.add(line.queue)
  }
  const names = new Set([...pools.names(), ...book.poolSlots.keys(), ...queued.keys()])
  names.delete('') // of attempts that the journal does not know
  const poolStatus = (name: string): PoolStatus => {
    const pool = pools.get(name)
    const slots = pool?.slots ?? 0
    const deferred = pool?.includeDeferred ? wanted.deferredSlots(name) : 0
    return { name, slots: Number.isFinite(slots) ? slots : noLimit, running: (book.poolSlots.get(name) ?? 0) + deferred, queued: queued.get(name) ?? 0 }
  }
  return { waiting: lines.size + book.blocked.size, running: book.running, pools: [...names].sort().map(poolStatus), unservedQueues: [...unserved].sort() }
}
