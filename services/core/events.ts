import type { Command, DagVersion, DatasetEvent, Decision, Report } from '../../schemas/generated/records.ts'
import type { ArchivedState } from './archived-state.ts'
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
  /** A dataset was updated. `source` numbers its events and this is `number`; null: the id alone tells whether it came before. */
  | {
      readonly kind: 'dataset_event'
      readonly event: DatasetEvent
      readonly partition: number
      readonly offset: number
      readonly source: string | null
      readonly number: number | null
    }
  /** The last state of a finished run stands on topic archive, as of its event number n. */
  | { readonly kind: 'archived'; readonly dagId: string; readonly runId: string; readonly n: number; readonly offset: number }
  /** What the shell read back of archived runs that the DAG's commands or backfills ask for (revive.ts). */
  | { readonly kind: 'read_back'; readonly dagId: string; readonly runs: ReadonlyMap<string, ReadBack> }
  /** The column is owned anew: what was lost before is dealt with (quarantine.ts). */
  | { readonly kind: 'quarantine' }
  /** Timers up to ctx.now are due. */
  | { readonly kind: 'time' }

/** The last state of an archived run as of its event number n, or why it cannot be had. */
export type ReadBack =
  | { readonly ok: true; readonly n: number; readonly state: ArchivedState; readonly text: string }
  | { readonly ok: false; readonly n: number; readonly message: string }

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
  /** Where the column stands on each partition of dataset-events; empty while it has no need of them. */
  readonly datasetPositions?: () => readonly number[]
}
