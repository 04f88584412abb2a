/**
 * What one worker incarnation knows, and what an inbox command does to it: the pure half of the worker (PROTOCOL "Executor, workers").
 *
 * An attempt is `waiting` (for its code or a child), then `running`, then `ended`, and leaves the table only when the executor says `forget`.
 * - D, K, Q: ended attempts stay listed with their outcome until `ForgetAttempt`; a token once listed is never started again.
 * - E: a heartbeat's epoch, n and attempts are taken in one moment, so absence from it means something once its n covers the dispatch.
 * - F: commands of an epoch below the newest seen are refused; a newer epoch is entered only by its `Sync`.
 * - G: n counts per epoch from 1; a number not above the last one is a repeat.
 * - H: commands for another incarnation are not ours.
 * - I: `ended` is said only when the process group is gone (the shell calls `endAttempt` then), so an attempt under cancellation still counts.
 * - N, O: a new incarnation is a new, empty table; `Retire` ends this one for good.
 * - P: each heartbeat takes the next counter, the hello has 1.
 */
import type { AttemptStatus, Heartbeat, InboxCommand, RunAttempt } from '../../schemas/generated/records.ts'

export type Outcome = 'succeeded' | 'failed' | 'skipped' | 'rescheduled' | 'cancelled' | 'lost'

interface Attempt {
  readonly command: RunAttempt
  state: 'waiting' | 'running' | 'ended'
  outcome: Outcome | null
}

export interface AttemptTable {
  readonly incarnation: string
  /** Newest executor epoch seen; -1: none. */
  epoch: number
  /** Last inbox number handled in that epoch. */
  n: number
  /** Of the last heartbeat. */
  counter: number
  draining: boolean
  readonly attempts: Map<string, Attempt>
}

export type Effect =
  | { readonly kind: 'start'; readonly command: RunAttempt }
  /** It came while we drain: it is handed back at once. */
  | { readonly kind: 'refuse'; readonly command: RunAttempt }
  | { readonly kind: 'kill'; readonly token: string; readonly reason: string }
  | { readonly kind: 'beat' }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'retire'; readonly reason: string }
  | { readonly kind: 'drain'; readonly reason: string }
  | { readonly kind: 'ignore'; readonly why: 'not_ours' | 'older_epoch' | 'no_sync' | 'repeat' | 'known_token' | 'not_held' }

export const makeAttemptTable = (incarnation: string): AttemptTable => ({ incarnation, epoch: -1, n: 0, counter: 0, draining: false, attempts: new Map() })

/** F: the newest claim that stood in `leadership` when our hello was acknowledged is the least epoch that we obey. */
export const enterLeastEpoch = (table: AttemptTable, epoch: number): void => {
  if (epoch <= table.epoch) return
  table.epoch = epoch
  table.n = 0
}

/** Takes one command of the inbox: changes the table and says what the shell has to do. */
export const decideInbox = (table: AttemptTable, command: InboxCommand): Effect => {
  const { body } = command
  if (command.incarnation !== table.incarnation) return { kind: 'ignore', why: 'not_ours' } // H
  if (command.epoch < table.epoch) return { kind: 'ignore', why: 'older_epoch' } // F
  if (command.epoch > table.epoch) {
    if (body.type !== 'Sync') return { kind: 'ignore', why: 'no_sync' } // F: what an executor says before it asked us is not obeyed
    enterLeastEpoch(table, command.epoch)
  }
  if (command.n <= table.n) return { kind: 'ignore', why: 'repeat' } // G
  table.n = command.n
  switch (body.type) {
    case 'Sync':
      return { kind: 'beat' }
    case 'Retire':
      return { kind: 'retire', reason: body.reason } // O
    case 'Drain':
      return { kind: 'drain', reason: body.reason }
    case 'RunAttempt':
      return takeAttempt(table, body)
    case 'CancelAttempt': {
      const attempt = table.attempts.get(body.token)
      return attempt === undefined || attempt.state === 'ended' ? { kind: 'ignore', why: 'not_held' } : { kind: 'kill', token: body.token, reason: body.reason } // I: still listed as it was
    }
    case 'ForgetAttempt':
      return forget(table, body.token)
    default:
      return body satisfies never
  }
}

const takeAttempt = (table: AttemptTable, command: RunAttempt): Effect => {
  if (table.attempts.has(command.token)) return { kind: 'ignore', why: 'known_token' } // D, K, Q
  table.attempts.set(command.token, { command, state: 'waiting', outcome: null })
  return table.draining ? { kind: 'refuse', command } : { kind: 'start', command }
}

const forget = (table: AttemptTable, token: string): Effect => {
  if (table.attempts.get(token)?.state === 'ended') {
    table.attempts.delete(token) // D: only what ended can be forgotten
    return { kind: 'forgotten' }
  }
  return { kind: 'ignore', why: 'not_held' }
}

/** The attempt's process has it now. */
export const beginAttempt = (table: AttemptTable, token: string): void => {
  const attempt = table.attempts.get(token)
  if (attempt?.state === 'waiting') attempt.state = 'running'
}

/** Nothing of the attempt lives any more (I); it stays listed with how it ended (D). */
export const endAttempt = (table: AttemptTable, token: string, outcome: Outcome): void => {
  const attempt = table.attempts.get(token)
  if (attempt === undefined || attempt.state === 'ended') return
  attempt.state = 'ended'
  attempt.outcome = outcome
}

/** Tokens of attempts that did not end yet. */
export const liveTokens = (table: AttemptTable): readonly string[] => [...table.attempts].filter(([, { state }]) => state !== 'ended').map(([token]) => token)

/** E, P: the next heartbeat's numbers and attempts, taken in one moment. */
export const nextHeartbeat = (table: AttemptTable): Omit<Heartbeat, 'at' | 'body'> & { readonly attempts: readonly AttemptStatus[] } => ({
  incarnation: table.incarnation,
  counter: ++table.counter,
  epoch: table.epoch,
  n: table.n,
  attempts: [...table.attempts.values()].map(({ command, state, outcome }) => ({
    token: command.token,
    dagId: command.dagId,
    runId: command.runId,
    taskId: command.taskId,
    mapIndex: command.mapIndex,
    tryNumber: command.tryNumber,
    state,
    outcome,
  })),
})
