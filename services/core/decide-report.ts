/** Reports: what happened to the attempt that the token names. A token that is no longer the instance's changes nothing (PROTOCOL, tokens). */
import type { Report } from '../../schemas/generated/records.ts'
import { afterTaskEnded, makeReady, queueReady } from './advance-run.ts'
import { type Dag, instanceKey, type Run, type TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { retryDelayMs } from './retry.ts'
import { isWithWorker, type TaskState } from './states.ts'
import { taskChange } from './task-change.ts'

export const decideReport = (d: Deciding, report: Report): void => {
  const dag = d.column.dags.get(report.dagId)
  const run = dag?.runs.get(report.runId)
  const task = run?.tasks.get(instanceKey(report.taskId, report.mapIndex))
  if (!dag || !run || !task || task.token !== report.token || !isWithWorker(task.state)) return
  const { body } = report
  // The worker's clock tells when, within what the column knows: after the queueing, not after now.
  const at = Math.max(task.queuedAt ?? 0, Math.min(report.at, d.now))
  switch (body.type) {
    case 'AttemptStarted':
      if (task.state === 'queued')
        d.emit(taskChange(run, task, 'running', at, { token: task.token, worker: report.by, hostname: body.hostname, pid: body.pid, rendered: body.rendered }))
      return
    case 'AttemptSucceeded':
      return ended(d, dag, run, task, 'success', { at, xcoms: body.xcoms })
    case 'AttemptSkipped':
      return ended(d, dag, run, task, 'skipped', { at, reason: body.message })
    case 'AttemptFailed':
      return failed(d, dag, run, task, at, body)
    case 'AttemptRescheduled':
      d.emit(taskChange(run, task, 'up_for_reschedule', at, { dueAt: body.nextPokeAt }))
      return queueReady(d, dag, run)
    case 'AttemptLost':
      return lost(d, dag, run, task, body.reason)
    default:
      body satisfies never
  }
}

type Details = Parameters<typeof taskChange>[4] & { readonly at: number }

const ended = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, state: TaskState, { at, ...details }: Details): void => {
  d.emit(taskChange(run, task, state, at, details))
  afterTaskEnded(d, dag, run, task)
}

type Failure = Extract<Report['body'], { type: 'AttemptFailed' }>

const failed = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, at: number, { error, retryable }: Failure): void => {
  const definition = run.version.graph.tasks.get(task.taskId)?.definition
  const own = task.tryNumber - task.infraTries // tries that count against its retries
  if (!definition || !retryable || own > definition.retries) return ended(d, dag, run, task, 'failed', { at, error })
  const identity = `${run.dagId}/${task.taskId}/${run.logicalDate ?? run.runId}`
  d.emit(taskChange(run, task, 'up_for_retry', at, { error, dueAt: d.now + retryDelayMs(definition, own, identity) }))
  queueReady(d, dag, run)
}

/** A lost worker is not the task's fault: it goes again at once without using a retry, up to maxInfraRetries times (SEMANTICS 5). */
const lost = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, reason: string): void => {
  const definition = run.version.graph.tasks.get(task.taskId)?.definition
  const error = { type: 'worker_lost', message: `the worker ended before the task did: ${reason}`, stack: null }
  if (!definition || task.infraTries >= definition.maxInfraRetries) return ended(d, dag, run, task, 'failed', { at: d.now, error, reason: 'worker_lost' })
  d.emit(taskChange(run, task, 'up_for_retry', d.now, { error, reason: 'worker_lost', infraTries: task.infraTries + 1 }))
  makeReady(d, dag, run, task)
}
