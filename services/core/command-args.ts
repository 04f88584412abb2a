/**
 * The `args` of commands that ask for more than a field or two, as JSON (SEMANTICS 5). Everything that is left out selects nothing more.
 * A command that is refused or carried out answers with `Touched` (clear, mark) or `BackfillAnswer`.
 */
import type { TaskState } from './states.ts'

export interface InstanceName {
  readonly taskId: string
  /** Left out: every instance of the task. */
  readonly mapIndex?: number
}

interface Selection {
  /** One run; or all runs with a logical date from..to (ms, inclusive) when there is none. */
  readonly runId?: string
  readonly from?: number
  readonly to?: number
  /** Left out: every task of the run. */
  readonly tasks?: readonly InstanceName[]
  /** The same tasks in runs with an earlier / a later logical date. */
  readonly past?: boolean
  readonly future?: boolean
  /** Everything upstream / downstream of the tasks. */
  readonly upstream?: boolean
  readonly downstream?: boolean
  /** Tries that the asker saw, by `runId/taskId[mapIndex]`: an instance that went on since is left alone (PROTOCOL, command ids). */
  readonly seenTries?: { readonly [instance: string]: number }
  /** Answers what would be touched, changes nothing. */
  readonly dryRun?: boolean
}

export interface ClearArgs extends Selection {
  readonly onlyFailed?: boolean
  readonly onlyRunning?: boolean
  /** The cleared runs go on with the DAG's newest version instead of the one they are pinned to. */
  readonly latestVersion?: boolean
}

export interface MarkArgs extends Selection {
  readonly state: Extract<TaskState, 'success' | 'failed' | 'skipped'>
  /** Marks the run itself and what it holds (`success`, `failed`), not single tasks. */
  readonly wholeRun?: boolean
}

/** set_note: of a run, or of one of its task instances. */
export interface NoteArgs {
  readonly runId: string
  readonly taskId?: string
  /** Left out: every instance of the task. */
  readonly mapIndex?: number
  /** Left out: the note goes. */
  readonly note?: string
}

export interface CreateBackfillArgs {
  /** Logical dates, ms, inclusive. */
  readonly from: number
  readonly to: number
  readonly reprocess?: 'none' | 'failed' | 'completed'
  readonly maxActiveRuns?: number
  readonly newestFirst?: boolean
  readonly conf?: string
  readonly dryRun?: boolean
}

/** pause_backfill, resume_backfill, cancel_backfill. */
export interface BackfillArgs {
  readonly backfillId: string
}

export interface Touched {
  /** As they stood before; the first 2,000. */
  readonly instances: readonly {
    readonly runId: string
    readonly taskId: string
    readonly mapIndex: number
    readonly state: TaskState
    readonly tryNumber: number
  }[]
  /** How many instances in all. */
  readonly total?: number
  readonly runs: readonly string[]
}

export interface BackfillAnswer {
  readonly backfillId: string | null
  /** Logical dates of the runs that are (or would be) made, in order. */
  readonly dates: readonly number[]
}
