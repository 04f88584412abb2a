/** Who plays in chaos-world.ts, and the dice. */
import type { AttemptStatus } from '../../../schemas/generated/records.ts'
import type { Column } from '../../../services/core/column-state.ts'
import type { Executor } from '../../../services/executor/executor.ts'

export type Claim = { readonly owner: string }
export interface Flight {
  readonly at: number
  readonly land: () => void
}
export interface Child {
  readonly token: string
  readonly instance: string
  readonly endsAt: number
  live: boolean
}
export interface WorkerActor {
  readonly incarnation: string
  epoch: number
  n: number
  counter: number
  ready: boolean
  ackedAt: number
  beatAt: number
  inboxAt: number
  pausedUntil: number
  dead: boolean
  readonly attempts: Map<string, AttemptStatus>
  readonly children: Map<string, Child>
}
export interface ExecutorActor {
  readonly name: string
  executor: Executor
  column: Column
  journalAt: number
  heartbeatsAt: number
  leadershipAt: number
  pausedUntil: number
  lastNow: number
  leaseNow: number
  /** Answers and sends of a process that died mean nothing to the next. */
  life: number
}

export const makeChance = (seed: number): (() => number) => {
  let state = (seed * 2654435761) >>> 0 || 1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
