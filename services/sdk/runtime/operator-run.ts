import type { AttemptContext } from '../../core/attempt-context.ts'
import type { JsonObject, TaskDefinition } from '../../core/dag.ts'
import type { TaskContext } from '../context.ts'
import type { Dag } from '../dag.ts'
import type { AnyFunction } from '../task.ts'
import type { AttemptHost } from './attempt.ts'

/** What the code behind an operator gets. */
export interface OperatorRun {
  readonly task: TaskDefinition
  /** Rendered. */
  readonly args: JsonObject
  /** The functions among its options. */
  readonly code: Readonly<Record<string, AnyFunction>>
  readonly context: TaskContext
  readonly facts: AttemptContext
  /** The tasks and groups that are followed; the others behind the task are skipped. */
  readonly choose: (ids: readonly string[]) => void
  /** What the attempt may ask of its process. */
  readonly host: AttemptHost
  /** What the DAG holds, for those that name parts of it. */
  readonly dag: Dag | null
}

/** Answers what the task leaves as its return value. */
export type Operator = (run: OperatorRun) => Promise<unknown>
