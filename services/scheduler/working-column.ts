/**
 * The column while it is owned: state ahead of the log (M of the model), the inputs that wait, and the positions up to which they are decided.
 * `next` decides everything that waits in one go; what it returns must be appended in order. Nothing here does I/O.
 */
import type { Column } from '../core/column-state.ts'
import { decide, nextDueAt } from '../core/decide.ts'
import { ensureError } from '../core/errors.ts'
import type { Event, Input } from '../core/events.ts'
import type { Positions } from '../platform/bus/journal.ts'
import { datasetInput, datasetPositions } from './inputs.ts'

/** An input and the position that it moves; one of the table or of time moves none. */
export interface Waiting {
  readonly input: Input | null
  readonly moves: { readonly name: string; readonly next: number } | null
}

export interface NextDecision {
  readonly seq: number
  readonly at: number
  readonly positions: Positions
  readonly events: readonly Event[]
}

/** `decide` threw: the state is spoiled, the input that did it is named. */
export class PoisonedInput extends Error {
  readonly waiting: Waiting
  override readonly cause: Error

  constructor(waiting: Waiting, cause: Error) {
    super(`an input could not be decided: ${cause.message}`)
    this.waiting = waiting
    this.cause = cause
  }
}

/** Inputs that go into one decision at most: a journal record stays small, the loop stays fair. */
const maxInputs = 500

export interface WorkingColumn {
  readonly epoch: number
  readonly state: Column
  /** Whether this is the next record of the input; one that was delivered again is not. */
  accepts(name: string, offset: number): boolean
  /** The column reads dataset-events from here on. */
  readDatasetsFrom(offsets: readonly number[]): void
  readsDatasets(): boolean
  push(waiting: Waiting): void
  hasWork(now: number): boolean
  /** Decides what waits, or null when nothing changed and no position moved that must be kept now. Throws PoisonedInput. */
  next(now: number): NextDecision | null
  /** The written decision took this many seqs (parts). */
  took(seqs: number): void
  /** Positions moved with nothing decided: an empty decision keeps them (within 1 s). */
  idlePositions(now: number): NextDecision | null
  /** When the next timer is due, or null. */
  dueAt(): number | null
}

export interface WorkingColumnOptions {
  readonly column: number
  readonly state: Column
  readonly epoch: number
  readonly positions: Positions
  /** Ends of the inputs as of the take-over: overdue timers wait until the inputs before them are decided, else a task that ended in time gets a time-out. */
  readonly inputsBefore: Positions
}

export const makeWorkingColumn = ({ column, state, epoch, positions: from, inputsBefore }: WorkingColumnOptions): WorkingColumn => {
  const positions: Record<string, number> = { ...from }
  const taken: Record<string, number> = { ...from }
  let queue: Waiting[] = []
  let seq = 1
  let unkept = false

  const timersMayRing = (): boolean => Object.entries(inputsBefore).every(([name, end]) => (positions[name] ?? 0) >= end)
  const isDue = (now: number): boolean => {
    const due = nextDueAt(state)
    return due !== null && due <= now && timersMayRing()
  }
  const decision = (at: number, events: readonly Event[]): NextDecision => {
    state.at = at
    unkept = false
    return { seq, at, positions: { ...positions }, events }
  }

  return {
    epoch,
    state,
    accepts(name, offset) {
      if (offset < (taken[name] ?? 0)) return false
      taken[name] = offset + 1
      return true
    },
    readDatasetsFrom(offsets) {
      for (const [partition, offset] of offsets.entries()) {
        positions[datasetInput(partition)] ??= offset
        taken[datasetInput(partition)] ??= offset
      }
      unkept = true
    },
    readsDatasets: () => datasetPositions(positions).length > 0,
    push: (waiting) => void queue.push(waiting),
    hasWork: (now) => queue.length > 0 || isDue(now),
    next(now) {
      const at = Math.max(now, state.at)
      let tokens = 0
      const context = { now: at, token: () => `${column}.${epoch}.${seq}.${tokens++}`, datasetPositions: () => datasetPositions(positions) }
      const events: Event[] = []
      const lot = queue.length > maxInputs ? queue.splice(0, maxInputs) : queue
      if (lot === queue) queue = []
      for (const waiting of lot) {
        try {
          if (waiting.input) for (const event of decide(state, waiting.input, context)) events.push(event)
        } catch (thrown) {
          throw new PoisonedInput(waiting, ensureError(thrown))
        }
        if (waiting.moves) {
          positions[waiting.moves.name] = waiting.moves.next
          unkept = true
        }
      }
      if (isDue(now)) for (const event of decide(state, { kind: 'time' }, context)) events.push(event)
      return events.length > 0 ? decision(at, events) : null
    },
    took: (seqs) => {
      seq += seqs
    },
    idlePositions: (now) => (unkept && queue.length === 0 ? decision(Math.max(now, state.at), []) : null),
    dueAt: () => (timersMayRing() ? nextDueAt(state) : null),
  }
}
