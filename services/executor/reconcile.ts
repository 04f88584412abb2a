/** From what the office knows to what is said now: `reconcile(office, ...) -> office.effects`. */
import type { InboxCommand } from '../../schemas/generated/records.ts'
import { type Doubt, type Holding, hold } from './book.ts'
import type { Effect } from './effects.ts'
import { type Fleet, freeSlots, freeTriggerSlots, type Member } from './fleet.ts'
import type { Line } from './lines.ts'
import type { Office } from './office.ts'
import type { Pools } from './pools.ts'
import { runAttemptOf, runTriggerOf } from './run-attempt.ts'
import type { Wanted } from './wanted.ts'

/** H, G: to one incarnation, numbered within our epoch. The first thing it hears from us is sync: before it, it takes nothing of a new epoch. */
export const say = (effects: Effect[], member: Member, epoch: number, body: InboxCommand['body']): number => {
  if (member.sentN === 0 && body.type !== 'Sync') say(effects, member, epoch, { type: 'Sync', reason: 'first word of a new executor' })
  const n = ++member.sentN
  effects.push({ type: 'inbox', command: { incarnation: member.incarnation, epoch, n, body } })
  return n
}

/** Slots of a pool that are free; null: there is no such pool. */
export const freeInPool = (name: string, pools: Pools, taken: number, wanted: Wanted): number | null => {
  const pool = pools.get(name)
  return pool ? pool.slots - taken - (pool.includeDeferred ? wanted.deferredSlots(name) : 0) : null
}

/** `limit`: attempts at once over all workers (1 for kind sequential). */
export const reconcile = (office: Office, pools: Pools, limit: number): void => {
  sayAgain(office)
  dispatch(office, pools, limit)
  dispatchTriggers(office)
}

const sayAgain = ({ book, now, effects, epoch }: Office): void => {
  for (const holding of book.cancels.due(now))
    holding.saidN = say(effects, holding.member, epoch, { type: 'CancelAttempt', token: holding.token, reason: holding.cancelReason })
  for (const [member, holdings] of byMember(book.forgets.due(now))) {
    // In lots: a record for each would be another record for each task.
    for (let at = 0; at < holdings.length; at += maxForgets) {
      const lot = holdings.slice(at, at + maxForgets)
      const [token = '', ...others] = lot.map((holding) => holding.token)
      const n = say(effects, member, epoch, { type: 'ForgetAttempt', token, others })
      for (const holding of lot) {
        holding.saidN = n
        holding.forgetN = n
      }
    }
  }
  for (const doubt of book.reports.due(now)) effects.push({ type: 'report', report: reportOf(doubt) })
}

const maxForgets = 1000

const byMember = (holdings: readonly Holding[]): ReadonlyMap<Member, readonly Holding[]> => {
  const found = new Map<Member, Holding[]>()
  for (const holding of holdings) {
    const others = found.get(holding.member)
    if (others) others.push(holding)
    else found.set(holding.member, [holding])
  }
  return found
}

const reportOf = ({ want, body }: Doubt): Extract<Effect, { type: 'report' }>['report'] => ({
  dagId: want.dag.dagId,
  runId: want.run.runId,
  taskId: want.task.taskId,
  mapIndex: want.task.mapIndex,
  tryNumber: want.tryNumber,
  token: want.token,
  body,
})

/** Gives exactly the free slots away, the best of all that waits first (SEMANTICS 8). */
const dispatch = (office: Office, pools: Pools, limit: number): void => {
  const { book, lines, fleet, wanted, effects, epoch } = office
  if (lines.size === 0 || !hasFreeSlot(fleet)) return
  const mayGo = (line: Line): boolean =>
    (freeInPool(line.pool, pools, book.poolSlots.get(line.pool) ?? 0, wanted) ?? 0) >= line.poolSlots && idlest(fleet, line.queue) !== null
  while (book.running < limit) {
    const want = lines.best(mayGo)
    const member = want && idlest(fleet, want.definition.queue)
    if (!want || !member) return
    lines.remove(want)
    want.place = 'held'
    const saidN = say(effects, member, epoch, { type: 'RunAttempt', ...runAttemptOf(want) })
    hold(book, {
      token: want.token,
      instance: want.instance,
      member,
      pool: want.definition.pool,
      poolSlots: want.definition.poolSlots,
      isTrigger: false,
      want,
      saidN,
      live: true,
    })
  }
}

/** Triggers go to the triggerer with the most free slots, oldest first; pools and queues are for what runs. */
const dispatchTriggers = ({ book, triggers, fleet, effects, epoch }: Office): void => {
  for (const want of triggers) {
    const member = roomiest(fleet)
    if (!member) return
    triggers.delete(want)
    want.place = 'held'
    const saidN = say(effects, member, epoch, { type: 'RunTrigger', ...runTriggerOf(want) })
    hold(book, { token: want.token, instance: want.instance, member, pool: '', poolSlots: 0, isTrigger: true, want, saidN, live: true })
  }
}

const roomiest = (fleet: Fleet): Member | null => {
  let best: Member | null = null
  for (const member of fleet.alive) if (freeTriggerSlots(member) > (best ? freeTriggerSlots(best) : 0)) best = member
  return best
}

const hasFreeSlot = (fleet: Fleet): boolean => {
  for (const member of fleet.alive) if (freeSlots(member) > 0) return true
  return false
}

/** The worker of a queue with the most free slots: work is shared. */
const idlest = (fleet: Fleet, queue: string): Member | null => {
  let best: Member | null = null
  let most = 0
  for (const member of fleet.alive) {
    const free = freeSlots(member)
    if (free <= most || !member.beat?.queues.includes(queue)) continue
    best = member
    most = free
  }
  return best
}
