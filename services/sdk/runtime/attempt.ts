/** The contract between an attempt of a task and the process that runs it (the worker's child, `millrace dags test`). */
import type { TaskError, UpstreamXCom, XCom } from '../../../schemas/generated/records.ts'
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { TaskDefinition } from '../../core/dag.ts'
import type { Connection } from '../connections.ts'
import type { Dag } from '../dag.ts'

export interface AttemptInput {
  readonly task: TaskDefinition
  /** Null when the task needs no code: an operator by name and args alone. */
  readonly dag: Dag | null
  readonly context: AttemptContext
  /** XComs of the tasks upstream. */
  readonly xcoms: readonly UpstreamXCom[]
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What the attempt may ask of its process. */
export interface AttemptHost {
  /** Rejects with `connection_not_found`. */
  connection(id: string): Promise<Connection>
  /** Rejects with `variable_not_found`. */
  variable(key: string): Promise<string>
  /** One line, secrets masked. */
  log(level: LogLevel, text: string): void
  /** JSON of the rendered template fields, secrets masked. Called once, before the task's own work begins. */
  rendered(json: string): void
  readonly signal: AbortSignal
  /** Where values go that are too big to travel inline. */
  readonly xcomStore: { put(json: string): Promise<string>; get(ref: string): Promise<string> }
  /** The value must not appear in anything the process writes from here on. */
  maskSecret(value: string): void
}

export type AttemptOutcome =
  | {
      readonly kind: 'succeeded'
      readonly xcoms: readonly XCom[]
      /** Of a branch or a falsy short circuit: the tasks and groups to follow. Null: all of them. */
      readonly chosen: readonly string[] | null
      /** Of a return value that is a list or a record: others may be mapped over it. */
      readonly resultLength: number | null
    }
  | { readonly kind: 'failed'; readonly error: TaskError; readonly retryable: boolean }
  | { readonly kind: 'skipped'; readonly message: string }
  | { readonly kind: 'rescheduled'; readonly nextPokeAt: number }
