/**
 * Every change of state there is (SEMANTICS 1). The property tests hold each event of theirs against it: a transition that is taken stands here, and
 * one that leaves a finished state is a clear's, a mark's, or a branch's skip.
 */
import type { RunState, TaskState } from './states.ts'

export const taskTransitions: { readonly [From in TaskState]: readonly TaskState[] } = {
  // judged: ready (queued at once, or scheduled for want of a place); empty and latest-only succeed at once; a mark
  none: ['scheduled', 'queued', 'success', 'failed', 'skipped', 'upstream_failed', 'removed'],
  // a place is free; a clear; marks, time-outs, branches, fail fast; gone with the latest version
  scheduled: ['queued', 'none', 'success', 'failed', 'skipped', 'removed'],
  // an attempt may end before its start was reported
  queued: ['running', 'success', 'failed', 'skipped', 'up_for_retry', 'up_for_reschedule', 'deferred', 'none', 'removed'],
  running: ['success', 'failed', 'skipped', 'up_for_retry', 'up_for_reschedule', 'deferred', 'restarting', 'removed'],
  // its time has come, or at once after a lost worker
  up_for_retry: ['scheduled', 'none', 'success', 'failed', 'skipped', 'removed'],
  up_for_reschedule: ['scheduled', 'none', 'success', 'failed', 'skipped', 'removed'],
  // its trigger fired, threw, ran out of time, or goes to another triggerer
  deferred: ['scheduled', 'up_for_retry', 'deferred', 'none', 'success', 'failed', 'skipped', 'removed'],
  // a running one was cleared
  restarting: ['none'],
  // finished: by clear or mark
  success: ['none', 'failed', 'skipped'],
  failed: ['none', 'success', 'skipped'],
  skipped: ['none', 'success', 'failed'],
  // ... or by a branch that decided later (SEMANTICS 3)
  upstream_failed: ['none', 'success', 'failed', 'skipped'],
  removed: ['none', 'success', 'failed', 'skipped'],
}

export const runTransitions: { readonly [From in RunState]: readonly RunState[] } = {
  // a mark, or its backfill was cancelled, before it began
  queued: ['running', 'success', 'failed'],
  running: ['success', 'failed'],
  // by clear, mark or a backfill that takes it up again
  success: ['queued', 'failed'],
  failed: ['queued', 'success'],
}
