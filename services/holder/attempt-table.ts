/**
 * What one incarnation of a worker or triggerer knows, and what an inbox command does to it: the pure half of both (PROTOCOL "Executor, workers").
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
import type { AttemptStatus, Heartbeat, InboxCommand, WorkerBeat } from '../../schemas/generated/records.ts'

export type Outcome = 'succeeded' | 'failed' | 'skipped' | 'rescheduled' | 'deferred' | 'fired' | 'cancelled' | 'lost'

/** What a worker (an attempt) or a triggerer (a trigger) is given. */
export type HeldCommand = AttemptCommand | TriggerCommand
export type AttemptCommand = Extract<InboxCommand['body'], { type: 'RunAttempt' }>
export type TriggerCommand = Extract<InboxCommand['body'], { type: 'RunTrigger' }>

interface Attempt {
  readonly command: HeldCommand
  state: 'waiting' | 'running' | 'ended'
  outcome: Outcome | null
}

export interface AttemptTable {
  readonly incarnation: string
  readonly takes: HeldCommand['type']
  /** Newest executor epoch seen; -1: none. */
  epoch: number
  /** Last inbox number handled in that epoch. */
  n: number
  /** Of the last heartbeat. */
  counter: number
  draining: boolean
  readonly attempts: Map<string, Attempt>
  /** How many of them did not end. */
  live: number
  /** Since the last heartbeat: tokens whose attempt is new or changed, and those that are forgotten. */
  readonly changed: Set<string>
  readonly gone: Set<string>
}

export type Effect =
  | { readonly kind: 'start'; readonly command: HeldCommand }
  /** It came while we drain, or is not for our kind: it is handed back at once. */
  | { readonly kind: 'refuse'; readonly command: HeldCommand }
  | { readonly kind: 'kill'; readonly token: string; readonly reason: string }
  | { readonly kind: 'beat' }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'retire'; readonly reason: string }
  | { readonly kind: 'drain'; readonly reason: string }
  | { readonly kind: 'ignore'; readonly why: 'not_ours' | 'older_epoch' | 'no_sync' | 'repeat' | 'known_token' | 'not_held' }

export const makeAttemptTable = (incarnation: string, takes: HeldCommand['type'] = 'RunAttempt'): AttemptTable => ({
  incarnation,
  takes,
  epoch: -1,
  n: 0,
  counter: 0,
  draining: false,
  attempts: new Map(),
  live: 0,
  changed: new Set(),
  gone: new Set(),
})

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
    case 'RunTrigger':
      return takeAttempt(table, body)
    case 'CancelAttempt': {
      const attempt = table.attempts.get(body.token)
      return attempt === undefined || attempt.state === 'ended' ? { kind: 'ignore', why: 'not_held' } : { kind: 'kill', token: body.token, reason: body.reason } // I: still listed as it was
    }
    case 'ForgetAttempt':
      return forget(table, [body.token, ...body.others])
    default:
      return body satisfies never
  }
}

const takeAttempt = (table: AttemptTable, command: HeldCommand): Effect => {
  if (table.attempts.has(command.token)) return { kind: 'ignore', why: 'known_token' } // D, K, Q
  table.attempts.set(command.token, { command, state: 'waiting', outcome: null })
  table.live++
  note(table, command.token)
  return table.draining || command.type !== table.takes ? { kind: 'refuse', command } : { kind: 'start', command }
}

const note = (table: AttemptTable, token: string): void => {
  table.changed.add(token)
}

const forget = (table: AttemptTable, tokens: readonly string[]): Effect => {
  let forgotten = 0
  for (const token of tokens) {
    if (table.attempts.get(token)?.state !== 'ended') continue
    table.attempts.delete(token) // D: only what ended can be forgotten
    table.changed.delete(token)
    table.gone.add(token)
    forgotten++
  }
  return forgotten > 0 ? { kind: 'forgotten' } : { kind: 'ignore', why: 'not_held' }
}

/** The attempt's process has it now. */
export const beginAttempt = (table: AttemptTable, token: string): void => {
  const attempt = table.attempts.get(token)
  if (attempt?.state !== 'waiting') return
  attempt.state = 'running'
  note(table, token)
}

/** Nothing of the attempt lives any more (I); it stays listed with how it ended (D). */
export const endAttempt = (table: AttemptTable, token: string, outcome: Outcome): void => {
  const attempt = table.attempts.get(token)
  if (attempt === undefined || attempt.state === 'ended') return
  attempt.state = 'ended'
  attempt.outcome = outcome
  table.live--
  note(table, token)
}

/** A heartbeat without what is known of its sender: E, P: its numbers and what it holds, taken in one moment. */
export type NextHeartbeat = Omit<Heartbeat, 'at' | 'body'> & Pick<WorkerBeat, 'attempts' | 'base' | 'gone' | 'more' | 'live'>

/** Up to here a list is sent whole each time: workers hardly ever send changes. */
const smallList = 500
/** In one record, whatever the length of ids. */
const mostListed = 500

/**
 * What is said next: one heartbeat, or several that make one list. `whole`: everything it holds; else, of many, what changed since the heartbeat before.
 * Thousands of attempts cost a heartbeat what changed among them.
 */
export const nextHeartbeats = (table: AttemptTable, whole: boolean): readonly NextHeartbeat[] => {
  const isWhole = whole || table.attempts.size <= smallList || table.counter === 0 || table.changed.size + table.gone.size > table.attempts.size
  const attempts = statuses(isWhole ? [...table.attempts.values()] : [...table.changed].flatMap((token) => table.attempts.get(token) ?? []))
  const gone = isWhole ? [] : [...table.gone]
  table.changed.clear()
  table.gone.clear()
  const live = table.live
  const parts: NextHeartbeat[] = []
  for (let from = 0; from === 0 || from < Math.max(attempts.length, gone.length); from += mostListed) {
    const base = isWhole && from === 0 ? null : table.counter
    const more = from + mostListed < Math.max(attempts.length, gone.length)
    const part = { attempts: attempts.slice(from, from + mostListed), base, gone: gone.slice(from, from + mostListed), more, live }
    parts.push({ incarnation: table.incarnation, counter: ++table.counter, epoch: table.epoch, n: table.n, ...part })
  }
  return parts
}

const statuses = (attempts: readonly Attempt[]): readonly AttemptStatus[] =>
  attempts.map(({ command, state, outcome }) => ({
    token: command.token,
    dagId: command.dagId,
    runId: command.runId,
    taskId: command.taskId,
    mapIndex: command.mapIndex,
    tryNumber: command.tryNumber,
    state,
    outcome,
  }))
