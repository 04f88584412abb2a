/** The contract between an attempt of a task and the process that runs it (the worker's child, `millrace dags test`). */
import type { OutletEvent, TaskError, UpstreamXCom, XCom } from '../../../schemas/generated/records.ts'
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { JsonObject, TaskDefinition } from '../../core/dag.ts'
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

/** A run that a task wants of a DAG. */
export interface RunCommand {
  /** Sending it twice has one effect. */
  readonly id: string
  readonly dagId: string
  readonly conf: JsonObject
  readonly runId: string | null
  readonly logicalDate: number | null
  readonly withoutLogicalDate: boolean
  readonly note: string | null
  /** It was not sent before (ms since the epoch). */
  readonly since: number
}

export interface RunAnswer {
  readonly accepted: boolean
  readonly code: string | null
  readonly message: string | null
  readonly runId: string | null
}

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
  /** Sends the command; resolves with its answer, the first one if it was sent before. */
  triggerRun(command: RunCommand): Promise<RunAnswer>
  /** Resolves with the run's state when it is over. */
  runEnd(run: { readonly dagId: string; readonly runId: string; readonly since: number }): Promise<string>
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
      /** What the task attached to datasets of its outlets. */
      readonly outlets: readonly OutletEvent[]
    }
  | { readonly kind: 'failed'; readonly error: TaskError; readonly retryable: boolean }
  | { readonly kind: 'skipped'; readonly message: string }
  | { readonly kind: 'rescheduled'; readonly nextPokeAt: number }
  /** `trigger` and `state` are JSON. */
  | { readonly kind: 'deferred'; readonly trigger: string; readonly method: string | null; readonly state: string | null; readonly timeoutAt: number | null }
