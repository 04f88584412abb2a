/** What worker and task child say to each other on the IPC channel. Log lines, secrets and the end of output go down the pipes (task-output.ts). */
import type { AttemptDeferred, AttemptFailed, AttemptRescheduled, AttemptSkipped, AttemptSucceeded, UpstreamXCom } from '../../schemas/generated/records.ts'

/** Argument of the child's main module, as JSON. */
export interface ChildSettings {
  /** Begins each control line. */
  readonly nonce: string
  /** Value of the mark that everything it starts carries. */
  readonly mark: string
  readonly xcomDir: string
}

export interface RunMessage {
  readonly kind: 'run'
  /** Number of the attempt in this child. */
  readonly seq: number
  /** File of the DAG's code; null: the task needs none. */
  readonly bundle: string | null
  /** JSON, as they came in the command. */
  readonly task: string
  readonly context: string
  readonly xcoms: readonly UpstreamXCom[]
}

/** How user code ended, in the words of the report. */
export type ChildResult =
  | ({ readonly type: 'AttemptSucceeded' } & AttemptSucceeded)
  | ({ readonly type: 'AttemptFailed' } & AttemptFailed)
  | ({ readonly type: 'AttemptSkipped' } & AttemptSkipped)
  | ({ readonly type: 'AttemptRescheduled' } & AttemptRescheduled)
  | ({ readonly type: 'AttemptDeferred' } & AttemptDeferred)

export type ToChild = RunMessage | { readonly kind: 'answer'; readonly ask: number; readonly value: string | null; readonly problem: string | null }

/** What a task asks of its worker. `key`: the id, or JSON of what is asked; so is the answer. */
export interface Ask {
  readonly what: 'connection' | 'variable' | 'trigger_run' | 'run_end'
  readonly key: string
}

export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly seq: number; readonly rendered: string | null }
  /** `rendered` counts when no `started` came before (a short task: one message instead of two). `dirty`: it must not be used again. `quiet`: it printed nothing, so no control line marks the end. */
  | {
      readonly kind: 'done'
      readonly seq: number
      readonly result: ChildResult
      readonly rendered: string | null
      readonly dirty: boolean
      readonly quiet: boolean
    }
  | ({ readonly kind: 'ask'; readonly ask: number } & Ask)
