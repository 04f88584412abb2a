import type { AttemptContext } from '../../core/attempt-context.ts'
import type { JsonObject, TaskDefinition } from '../../core/dag.ts'
import type { TaskContext } from '../context.ts'
import type { AnyFunction } from '../task.ts'

/** What the code behind an operator gets. */
export interface OperatorRun {
  readonly task: TaskDefinition
  /** Rendered. */
  readonly args: JsonObject
  /** The functions among its options. */
  readonly code: Readonly<Record<string, AnyFunction>>
  readonly context: TaskContext
  readonly facts: AttemptContext
}

/** Answers what the task leaves as its return value. */
export type Operator = (run: OperatorRun) => Promise<unknown>
