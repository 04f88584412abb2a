/** A run, or a task in it. */
export type OneSubject =
  | { readonly what: 'run'; readonly dagId: string; readonly runId: string }
  /** `mapIndex` null: every instance of the task. */
  | { readonly what: 'task'; readonly dagId: string; readonly runId: string; readonly taskId: string; readonly mapIndex: number | null }

/** Tasks of several runs, every instance of each: a range of the grid's cells, oldest run first. */
export interface RangeSubject {
  readonly what: 'range'
  readonly dagId: string
  readonly runs: readonly { readonly runId: string; readonly taskIds: readonly string[] }[]
}

/** What a person wants to clear or mark. */
export type ChangeSubject = OneSubject | RangeSubject

/** Which instances beside those named. */
export interface Reach {
  readonly upstream: boolean
  readonly downstream: boolean
  readonly past: boolean
  readonly future: boolean
}

export interface ClearChoice extends Reach {
  readonly onlyFailed: boolean
  readonly latestVersion: boolean
}

export type MarkState = 'success' | 'failed' | 'skipped'

export const noReach: Reach = { upstream: false, downstream: false, past: false, future: false }

/** The reach as the API names it. */
export const reachBody = ({ upstream, downstream, past, future }: Reach) => ({
  include_upstream: upstream,
  include_downstream: downstream,
  include_past: past,
  include_future: future,
})
