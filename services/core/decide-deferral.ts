/**
 * Deferral (SEMANTICS 7). A task hands over a trigger and frees its slot; its token then names the trigger's stay with a triggerer.
 *
 *   running --AttemptDeferred--> deferred (a new token)
 *   deferred --TriggerFired--> scheduled, with what it goes on with; the same try goes on in a fresh attempt
 *   deferred --AttemptFailed (the trigger threw)--> as any failed try
 *   deferred --AttemptLost (its triggerer is gone)--> deferred (a new token): that is nobody's try
 *   deferred --its time is over--> as any failed try, or failed or skipped for good, as the trigger says
 *
 * The first of these that is decided wins: what comes later has an old token.
 */
import type { Report } from '../../schemas/generated/records.ts'
import type { Dag, Run, TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { failed } from './decide-failure.ts'
import { makeReady, move } from './task-change.ts'
import { type Deferral, type Resume, readDeferral, triggerWord } from './trigger.ts'

export const defer = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, at: number, asked: Extract<Report['body'], { type: 'AttemptDeferred' }>): void => {
  const deferral = readDeferral(asked)
  if (typeof deferral === 'string') {
    const error = { type: 'bad_trigger', message: `${task.taskId} cannot be deferred: ${deferral}`, stack: null }
    return failed(d, dag, run, task, at, { error, retryable: false })
  }
  const ends = [asked.timeoutAt, executionEnd(run, task, at)].filter((end) => end !== null)
  const dueAt = ends.length === 0 ? null : Math.min(...ends)
  move(d, dag, run, task, 'deferred', { at, token: d.token(), trigger: JSON.stringify(deferral), dueAt })
}

/** What a triggerer says about an instance that is deferred. */
export const decideDeferred = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, at: number, body: Report['body']): void => {
  switch (body.type) {
    case 'TriggerFired': {
      const { method, state } = deferralOf(task)
      const event = eventOf(body.event)
      if (event === undefined)
        return failed(d, dag, run, task, at, {
          error: { type: 'bad_trigger', message: 'the event of its trigger is no JSON', stack: null },
          retryable: true,
        })
      const resume: Resume = { event, method, state }
      return makeReady(d, dag, run, task, { at, resume: JSON.stringify(resume) })
    }
    case 'AttemptFailed':
      return failed(d, dag, run, task, at, body)
    case 'AttemptSkipped':
      return move(d, dag, run, task, 'skipped', { at, reason: body.message })
    case 'AttemptLost':
      return move(d, dag, run, task, 'deferred', { token: d.token(), trigger: task.trigger, dueAt: task.dueAt, reason: 'trigger_lost' })
    default: // what only a worker says
  }
}

/** SEMANTICS 5: executionTimeout counts the deferral in. */
const executionEnd = (run: Run, task: TaskInstance, at: number): number | null => {
  const limitMs = run.version.graph.tasks.get(task.taskId)?.definition.executionTimeoutMs ?? null
  return limitMs === null ? null : (task.tryStartedAt ?? at) + limitMs
}

/** Its dueAt has come. */
export const timeOutDeferral = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, dueAt: number): void => {
  const end = executionEnd(run, task, d.now)
  if (end !== null && end <= dueAt) {
    const limitMs = run.version.graph.tasks.get(task.taskId)?.definition.executionTimeoutMs ?? 0
    const message = `The task took longer than its execution time-out of ${limitMs / 1000} s; it was deferred.`
    return failed(d, dag, run, task, d.now, { error: { type: 'timeout', message, stack: null }, retryable: true, reason: 'timeout' })
  }
  const deferral = deferralOf(task)
  if (deferral.onTimeout === 'skip') return move(d, dag, run, task, 'skipped', { reason: 'trigger_timeout' })
  const message = `The ${triggerWord(deferral)} trigger had no event in time.`
  failed(d, dag, run, task, d.now, {
    error: { type: 'trigger_timeout', message, stack: null },
    retryable: deferral.onTimeout === 'retry',
    reason: 'trigger_timeout',
  })
}

/** Of an instance that is deferred; `defer` wrote it. */
const deferralOf = (task: TaskInstance): Deferral => JSON.parse(task.trigger ?? '{}')

const eventOf = (text: string): Resume['event'] | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
