/** Reports: what happened to the attempt that the token names. A token that is no longer the instance's changes nothing (PROTOCOL, tokens). */
import type { Report, TaskError } from '../../schemas/generated/records.ts'
import { type Dag, instanceKey, type Run, type TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { problemWithResult } from './expand.ts'
import { failFast } from './fail-fast.ts'
import { unknownChoices } from './graph-skips.ts'
import { retryDelayMs } from './retry.ts'
import { isWithWorker } from './states.ts'
import { type Details, makeReady, move } from './task-change.ts'

export const decideReport = (d: Deciding, report: Report): void => {
  const dag = d.column.dags.get(report.dagId)
  const run = dag?.runs.get(report.runId)
  const task = run?.tasks.get(instanceKey(report.taskId, report.mapIndex))
  if (!dag || !run || !task || task.token !== report.token || !isWithWorker(task.state)) return
  const { body } = report
  // The worker's clock tells when, within what the column knows: after the queueing, not after now.
  const at = Math.max(task.queuedAt ?? 0, Math.min(report.at, d.now))
  switch (body.type) {
    case 'AttemptStarted': {
      const { hostname, pid, rendered } = body
      if (task.state === 'queued') move(d, dag, run, task, 'running', { at, token: task.token, worker: report.by, hostname, pid, rendered })
      return
    }
    case 'AttemptSucceeded':
      return succeeded(d, dag, run, task, at, body)
    case 'AttemptSkipped':
      return move(d, dag, run, task, 'skipped', { at, reason: body.message })
    case 'AttemptFailed':
      return failed(d, dag, run, task, at, body)
    case 'AttemptRescheduled':
      return move(d, dag, run, task, 'up_for_reschedule', { at, dueAt: body.nextPokeAt })
    case 'AttemptLost':
      return lost(d, dag, run, task, body.reason)
    default:
      body satisfies never
  }
}

type Success = Extract<Report['body'], { type: 'AttemptSucceeded' }>

const succeeded = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, at: number, { xcoms, chosen, resultLength }: Success): void => {
  const error = problemWithChoice(run, task, chosen) ?? problemWithResult(run, task, resultLength)
  if (error) return failed(d, dag, run, task, at, { error, retryable: true })
  move(d, dag, run, task, 'success', { at, xcoms, chosen, resultLength })
}

/** A branch that names what is not there fails, as if its own code had found out. */
const problemWithChoice = (run: Run, task: TaskInstance, chosen: readonly string[] | null): TaskError | null => {
  const unknown = chosen === null ? [] : unknownChoices(run.version.graph, chosen)
  if (unknown.length === 0) return null
  return {
    type: 'unknown_task',
    message: `${task.taskId} chose ${unknown.join(', ')}: the DAG has no task or task group of that name`,
    stack: null,
  }
}

type Failure = Pick<Extract<Report['body'], { type: 'AttemptFailed' }>, 'error' | 'retryable'>

const failed = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, at: number, { error, retryable }: Failure): void => {
  const definition = run.version.graph.tasks.get(task.taskId)?.definition
  const own = task.tryNumber - task.triesBefore - task.infraTries // tries that count against its retries
  if (!definition || !retryable || own > definition.retries) return failedForGood(d, dag, run, task, { at, error })
  const identity = `${run.dagId}/${task.taskId}/${run.logicalDate ?? run.runId}`
  move(d, dag, run, task, 'up_for_retry', { at, error, dueAt: d.now + retryDelayMs(definition, own, identity) })
}

const failedForGood = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, details: Details): void => {
  move(d, dag, run, task, 'failed', details)
  if (run.version.definition.failFast) failFast(d, dag, run, task)
}

/** A lost worker is not the task's fault: it goes again at once without using a retry, up to maxInfraRetries times (SEMANTICS 5). */
const lost = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, reason: string): void => {
  const definition = run.version.graph.tasks.get(task.taskId)?.definition
  const error = { type: 'worker_lost', message: `the worker ended before the task did: ${reason}`, stack: null }
  if (!definition || task.infraTries >= definition.maxInfraRetries) return failedForGood(d, dag, run, task, { error, reason: 'worker_lost' })
  move(d, dag, run, task, 'up_for_retry', { error, reason: 'worker_lost', infraTries: task.infraTries + 1 })
  makeReady(d, dag, run, task)
}
