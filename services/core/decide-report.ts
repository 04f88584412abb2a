/** Reports: what happened to the attempt that the token names. A token that is no longer the instance's changes nothing (PROTOCOL, tokens). */
import type { Report, TaskError } from '../../schemas/generated/records.ts'
import { type Dag, instanceKey, type Run, type TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { decideDeferred, defer } from './decide-deferral.ts'
import { failed, lost } from './decide-failure.ts'
import { problemWithResult } from './expand.ts'
import { unknownChoices } from './graph-skips.ts'
import { outletEvents } from './outlets.ts'
import { isHeld } from './states.ts'
import { move } from './task-change.ts'

export const decideReport = (d: Deciding, report: Report): void => {
  const dag = d.column.dags.get(report.dagId)
  const run = dag?.runs.get(report.runId)
  const task = run?.tasks.get(instanceKey(report.taskId, report.mapIndex))
  if (!dag || !run || !task || task.token !== report.token || !isHeld(task.state)) return
  const { body } = report
  // The worker's clock tells when, within what the column knows: after the queueing, not after now.
  const within = (ms: number): number => Math.max(task.queuedAt ?? 0, Math.min(ms, d.now))
  const at = within(report.at)
  if (task.state === 'deferred') return decideDeferred(d, dag, run, task, at, body)
  const began = body.type === 'AttemptStarted' ? { at: report.at, ...body } : report.start
  if (began && task.state === 'queued') {
    const { hostname, pid, rendered } = began
    move(d, dag, run, task, 'running', { at: within(began.at), token: task.token, worker: report.by, hostname, pid, rendered })
  }
  switch (body.type) {
    case 'AttemptStarted':
      return
    case 'AttemptSucceeded':
      return succeeded(d, dag, run, task, at, body)
    case 'AttemptSkipped':
      return move(d, dag, run, task, 'skipped', { at, reason: body.message })
    case 'AttemptFailed':
      return failed(d, dag, run, task, at, body)
    case 'AttemptRescheduled':
      return move(d, dag, run, task, 'up_for_reschedule', { at, dueAt: body.nextPokeAt })
    case 'AttemptDeferred':
      return defer(d, dag, run, task, at, body)
    case 'AttemptLost':
      return lost(d, dag, run, task, body.reason)
    case 'TriggerFired': // only of what is deferred
      return
    default:
      body satisfies never
  }
}

type Success = Extract<Report['body'], { type: 'AttemptSucceeded' }>

const succeeded = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, at: number, { xcoms, chosen, resultLength, outlets: attached }: Success): void => {
  const error = problemWithChoice(run, task, chosen) ?? problemWithResult(run, task, xcoms, resultLength)
  if (error) return failed(d, dag, run, task, at, { error, retryable: true })
  const outlets = outletEvents(run.version.graph.tasks.get(task.taskId)?.definition, attached)
  move(d, dag, run, task, 'success', { at, xcoms, chosen, resultLength, outlets })
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
