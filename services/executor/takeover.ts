/**
 * Rule F: how a candidate becomes the leader, stated once.
 *
 *   candidate  the group did not assign us the partition of `leadership`.
 *              -> claiming, when it does.
 *   claiming   (a) our claim is appended under an owner id of its own. An acknowledgement proves nothing: its offset is the epoch when it is read.
 *              -> reading, when the claim is read back.
 *   reading    (b) heartbeats are read to their end as of a moment after the claim stood there. A worker appends its hello and then reads
 *              `leadership` to its end: either it stands before that end and we know it, or it has read our claim and refuses older epochs.
 *              -> syncing, when they are read; (c) sync goes to every member alive.
 *   syncing    (d) each member has answered in our epoch, left, or its lease is over (J).
 *              -> catching_up.
 *   catching_up (e) the journals are read to their ends as of now (L): what an earlier leader dispatched, and what came of it, stands before.
 *              -> leading (f).
 *   leading    -> resting, when another claim is read.
 *   resting    a deposed leader or claimer drops everything. The later claim may be a zombie's, so while the group assigns us the partition we
 *              claim again (like A), after a pause in which a zombie learns that its session is over.
 *              -> claiming, after the pause.
 *
 * Every phase goes to resting when another claim is read, to candidate when the assignment is taken away, and back to reading when a late copy of
 * our own claim is read: workers that say hello from then on take the copy's offset for the epoch.
 */
export type Phase =
  | { readonly kind: 'candidate' }
  | { readonly kind: 'resting'; readonly until: number }
  | { readonly kind: 'claiming'; readonly owner: string }
  | { readonly kind: 'reading' | 'syncing' | 'catching_up' | 'leading'; readonly owner: string; readonly epoch: number }

export type Ruling = Extract<Phase, { readonly epoch: number }>

/** The epoch we act under, or -1. */
export const epochOf = (phase: Phase): number => ('epoch' in phase ? phase.epoch : -1)

/** Assigned or not any more. */
export const whenAssigned = (phase: Phase, assigned: boolean, owner: () => string): Phase => {
  if (!assigned) return { kind: 'candidate' }
  return phase.kind === 'candidate' ? { kind: 'claiming', owner: owner() } : phase
}

/** A claim was read from `leadership`. */
export const whenClaimed = (phase: Phase, claim: { readonly offset: number; readonly owner: string }, now: number, restMs: number): Phase => {
  if (phase.kind === 'candidate' || phase.kind === 'resting') return phase
  if (claim.owner === phase.owner) return { kind: 'reading', owner: phase.owner, epoch: claim.offset }
  // Before our own claim is read, an earlier one is history; what counts comes after.
  if (phase.kind === 'claiming') return phase
  return { kind: 'resting', until: now + restMs }
}

/** The pause is over. */
export const whenRested = (phase: Phase, now: number, owner: () => string): Phase =>
  phase.kind === 'resting' && now >= phase.until ? { kind: 'claiming', owner: owner() } : phase
