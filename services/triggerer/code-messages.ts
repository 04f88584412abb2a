/** What the triggerer and the process beside it, which runs triggers with code, say to each other. */
import type { TaskError } from '../../schemas/generated/records.ts'
import type { Trigger } from '../core/trigger.ts'
import type { LogLevel } from '../sdk/runtime/attempt.ts'

export interface CodeTrigger {
  readonly token: string
  /** File of the DAG's code. */
  readonly bundle: string
  readonly trigger: Trigger
  /** JSON, as they came in the command. */
  readonly task: string
  readonly context: string
  /** Names the piece of code that it is an instance of. */
  readonly definition: string
}

export type ToCode =
  | ({ readonly kind: 'run' } & CodeTrigger)
  | { readonly kind: 'cancel'; readonly token: string }
  /** Every trigger of this definition goes to a thread, now and from now on. */
  | { readonly kind: 'move'; readonly definition: string }
  | { readonly kind: 'answer'; readonly ask: number; readonly value: string | null }

/** How a trigger ended. */
export type TriggerEnd =
  | { readonly kind: 'fired'; readonly event: string }
  | { readonly kind: 'skipped'; readonly message: string }
  | { readonly kind: 'failed'; readonly error: TaskError; readonly retryable: boolean }

export type FromCode =
  | { readonly kind: 'ready' }
  | { readonly kind: 'end'; readonly token: string; readonly end: TriggerEnd }
  | { readonly kind: 'log'; readonly token: string; readonly level: LogLevel; readonly text: string }
  | { readonly kind: 'secret'; readonly value: string }
  | { readonly kind: 'ask'; readonly ask: number; readonly what: 'connection' | 'variable'; readonly key: string }
  | { readonly kind: 'moved'; readonly definition: string }

/** A line of the watching thread on stderr: the event loop stands still, and who is at it (null: nobody's code that we know). */
export interface Blocked {
  readonly blocked: string | null
  readonly ms: number
  readonly at: string
}

export const blockedMark = '\0blocked '
