/**
 * What an instance counts of the instances above it, so that a trigger rule costs the same for 2 upstreams and 2,000 (decisions/0003). Four counts:
 * `upstream` its direct upstreams; `setups` the setups above it that are no direct upstream; of a teardown also `directSetups`, and `between`, what
 * lies between its setups and itself without being a direct upstream (SEMANTICS 2).
 *
 * All instances of a task share one gate; only a task of a mapped group has a second one for each index, for what it counts inside the group.
 */
import type { UpstreamCounts } from './trigger-rule.ts'

export const slots = ['upstream', 'setups', 'directSetups', 'between'] as const
export type Slot = (typeof slots)[number]
export type Gate = { readonly [S in Slot]: UpstreamCounts }

const noCounts: UpstreamCounts = Object.freeze({ total: 0, success: 0, failed: 0, upstreamFailed: 0, skipped: 0, removed: 0 })

export const newCounts = (total: number): UpstreamCounts => ({ total, success: 0, failed: 0, upstreamFailed: 0, skipped: 0, removed: 0 })

/** Of an instance that counts nothing. */
export const noGate: Gate = Object.freeze({ upstream: noCounts, setups: noCounts, directSetups: noCounts, between: noCounts })

/** A gate with counters for what the task counts at all. */
export const newGate = (counted: { readonly [S in Slot]: readonly string[] }): Gate => ({
  upstream: newCounts(0),
  setups: counted.setups.length > 0 ? newCounts(0) : noCounts,
  directSetups: counted.directSetups.length > 0 ? newCounts(0) : noCounts,
  between: counted.between.length > 0 ? newCounts(0) : noCounts,
})

/** What an instance counts, shared and of its own together. */
export const countsOf = (task: { readonly gate: Gate; readonly inner: Gate | null }, slot: Slot): UpstreamCounts => {
  const a = task.gate[slot]
  const b = task.inner?.[slot]
  if (!b || b.total === 0) return a
  return {
    total: a.total + b.total,
    success: a.success + b.success,
    failed: a.failed + b.failed,
    upstreamFailed: a.upstreamFailed + b.upstreamFailed,
    skipped: a.skipped + b.skipped,
    removed: a.removed + b.removed,
  }
}

export const doneOf = (counts: UpstreamCounts): number => counts.success + counts.failed + counts.upstreamFailed + counts.skipped + counts.removed
