import type { Command, DagVersion, Decision, Report } from '../../schemas/generated/records.ts'
import type { DagDefinition } from './dag.ts'

/** What happened, as the journal keeps it: the only thing that changes a column's state. */
export type Event = Decision['events'][number]
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>

/** What a column is asked to decide about. Time is an input, too. */
export type Input =
  | { readonly kind: 'command'; readonly command: Command; readonly cause: Cause }
  | { readonly kind: 'report'; readonly report: Report }
  /** A newer version of a DAG stands in the table, already normalised; null: it was removed from the table. */
  | {
      readonly kind: 'dag'
      readonly dagId: string
      readonly tableOffset: number
      readonly dag: { readonly row: DagVersion; readonly definition: DagDefinition } | null
    }
  /** The last state of a finished run stands on topic archive, as of its event number n. */
  | { readonly kind: 'archived'; readonly dagId: string; readonly runId: string; readonly n: number; readonly offset: number }
  /** Timers up to ctx.now are due. */
  | { readonly kind: 'time' }

/** Where an input stood: makes ids that need no chance. */
export interface Cause {
  readonly column: number
  readonly offset: number
}

/** What `decide` may know besides state and input. */
export interface DecideContext {
  /** Ms since the epoch; never goes back within a column. */
  readonly now: number
  /** A new token on each call, `<column>.<epoch>.<seq>.<i>` of the decision under way: an epoch is an offset, so it names one decision only within its column. */
  readonly token: () => string
}
