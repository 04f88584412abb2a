/** An attempt ended badly: up for a retry while it has some, else failed (SEMANTICS 1 and 5). */
import type { TaskError } from '../../schemas/generated/records.ts'
import type { Dag, Run, TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { failFast } from './fail-fast.ts'
import { retryDelayMs } from './retry.ts'
import { type Details, move } from './task-change.ts'
import { tryAgain } from './wait-again.ts'

export interface Failure {
  readonly error: TaskError
  readonly retryable: boolean
  /** Set where the scheduler takes it from its holder. */
  readonly reason?: string | null
}

export const failed = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, at: number, { error, retryable, reason = null }: Failure): void => {
  const definition = run.version.graph.tasks.get(task.taskId)?.definition
  const own = task.tryNumber - task.triesBefore - task.infraTries // tries that count against its retries
  if (!definition || !retryable || own > definition.retries) return failedForGood(d, dag, run, task, { at, error, reason })
  const identity = `${run.dagId}/${task.taskId}/${run.logicalDate ?? run.runId}`
  move(d, dag, run, task, 'up_for_retry', { at, error, reason, dueAt: d.now + retryDelayMs(definition, own, identity) })
}

const failedForGood = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, details: Details): void => {
  move(d, dag, run, task, 'failed', details)
  if (run.version.definition.failFast) failFast(d, dag, run, task)
}

/** A lost worker is not the task's fault: it goes again at once without using a retry, up to maxInfraRetries times (SEMANTICS 5). */
export const lost = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, reason: string): void => {
  const definition = run.version.graph.tasks.get(task.taskId)?.definition
  const error = { type: 'worker_lost', message: `the worker ended before the task did: ${reason}`, stack: null }
  if (!definition || task.infraTries >= definition.maxInfraRetries) return failedForGood(d, dag, run, task, { error, reason: 'worker_lost' })
  move(d, dag, run, task, 'up_for_retry', { error, reason: 'worker_lost', infraTries: task.infraTries + 1 })
  tryAgain(d, dag, run, task)
}
