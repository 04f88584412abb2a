import { describe, expect, it } from 'vitest'
import type { Report } from '../../../schemas/generated/records.ts'
import { attemptContext } from '../../../services/core/attempt-context.ts'
import type { Run } from '../../../services/core/column-state.ts'
import { type ColumnDriver, unpaused, work } from '../../support/column-driver.ts'

const trigger = { kind: 'http', args: { endpoint: 'api/' } }

const asked = (more: Partial<Extract<Report['body'], { type: 'AttemptDeferred' }>> = {}): Report['body'] => ({
  type: 'AttemptDeferred',
  trigger: JSON.stringify(trigger),
  method: 'read',
  state: '{"page":2}',
  timeoutAt: null,
  ...more,
})

/** A run whose task `a` is deferred; `b` comes after it. */
const deferred = (options: object = {}, body = asked()): { readonly d: ColumnDriver; readonly run: Run } => {
  const d = unpaused({ dagId: 'x', tasks: [work('a', [], options), work('b', ['a'])] })
  const run = d.trigger('x')
  d.start(run, 'a')
  d.report(run, 'a', body)
  return { d, run }
}

const fire = (d: ColumnDriver, run: Run, event: unknown = { status: 200 }) => d.report(run, 'a', { type: 'TriggerFired', event: JSON.stringify(event) })

describe('defer', () => {
  it('frees its slot: the instance is deferred under a token of its own, with its trigger', () => {
    const d = unpaused({ dagId: 'x', maxActiveTasks: 1, tasks: [work('a'), work('z')] })
    const run = d.trigger('x')
    const before = d.task(run, 'a').token
    d.start(run, 'a')
    expect(d.states(run)).toEqual({ a: 'running', z: 'scheduled' })
    const [change] = d.report(run, 'a', asked())
    expect(change).toMatchObject({ state: 'deferred', tryNumber: 1, dueAt: null })
    expect(JSON.parse((change as { trigger: string }).trigger)).toMatchObject({ ...trigger, method: 'read', state: { page: 2 } })
    expect(d.task(run, 'a').token).not.toBe(before)
    expect(d.states(run)).toEqual({ a: 'deferred', z: 'queued' })
  })
  it('a trigger that is none fails the task for good', () => {
    for (const text of [
      'no json',
      '[]',
      '{"kind":"moon","args":{}}',
      '{"kind":"custom","args":{}}',
      JSON.stringify({ kind: 'time', args: { x: 'y'.repeat(70_000) } }),
    ]) {
      const { d, run } = deferred({ retries: 3 }, asked({ trigger: text }))
      expect(d.task(run, 'a')).toMatchObject({ state: 'failed', error: { type: 'bad_trigger' } })
    }
  })
})

describe('the first event counts', () => {
  it('the instance is queued again and the attempt gets event, method and state', () => {
    const { d, run } = deferred()
    expect(fire(d, run).map((e) => 'state' in e && e.state)).toEqual(['scheduled', 'queued'])
    const task = d.task(run, 'a')
    expect(task.tryNumber).toBe(1)
    expect(attemptContext(d.dag('x'), run, task).resume).toEqual({ event: { status: 200 }, method: 'read', state: { page: 2 } })
    d.start(run, 'a')
    d.succeed(run, 'a')
    expect(d.states(run)).toEqual({ a: 'success', b: 'queued' })
    expect(d.task(run, 'a').resume).toBeNull()
    expect(d.bothSnapshots().working).toEqual(d.bothSnapshots().folded)
  })
  it('later ones are ignored', () => {
    const { d, run } = deferred()
    const token = d.task(run, 'a').token ?? ''
    fire(d, run)
    expect(d.report(run, 'a', { type: 'TriggerFired', event: '"again"' }, token)).toEqual([])
    expect(d.report(run, 'a', { type: 'AttemptFailed', error: { type: 'Error', message: 'late', stack: null }, retryable: true }, token)).toEqual([])
    expect(d.report(run, 'a', { type: 'AttemptLost', reason: 'late' }, token)).toEqual([])
  })
  it('a task may be deferred again and again in one try', () => {
    const { d, run } = deferred()
    for (const page of [3, 4]) {
      fire(d, run, page)
      d.start(run, 'a')
      d.report(run, 'a', asked())
      expect(d.task(run, 'a')).toMatchObject({ state: 'deferred', tryNumber: 1, resume: null })
    }
  })
  it('a lost worker does not make the task wait again: the next attempt gets the same event', () => {
    const { d, run } = deferred()
    fire(d, run, 'it')
    d.report(run, 'a', { type: 'AttemptLost', reason: 'gone' })
    expect(d.task(run, 'a')).toMatchObject({ state: 'queued', tryNumber: 2, infraTries: 1 })
    expect(attemptContext(d.dag('x'), run, d.task(run, 'a')).resume).toMatchObject({ event: 'it' })
  })
  it('a failed attempt begins anew', () => {
    const { d, run } = deferred({ retries: 1, retryDelayMs: 1000 })
    fire(d, run)
    d.fail(run, 'a')
    d.wait(1000)
    expect(d.task(run, 'a')).toMatchObject({ state: 'queued', tryNumber: 2, resume: null, tryStartedAt: null })
  })
  it('of an event that is no JSON the try fails', () => {
    const { d, run } = deferred()
    d.report(run, 'a', { type: 'TriggerFired', event: '{' })
    expect(d.task(run, 'a')).toMatchObject({ state: 'failed', error: { type: 'bad_trigger' } })
  })
})

describe('a trigger that ends otherwise', () => {
  it('one that throws fails the try', () => {
    const { d, run } = deferred({ retries: 1, retryDelayMs: 1000 })
    d.fail(run, 'a')
    expect(d.task(run, 'a')).toMatchObject({ state: 'up_for_retry', tryNumber: 1 })
    d.wait(1000)
    expect(d.task(run, 'a')).toMatchObject({ state: 'queued', tryNumber: 2 })
  })
  it('a dead triggerer uses no try: the trigger goes to another under a new token', () => {
    const { d, run } = deferred({ maxInfraRetries: 0 })
    const before = d.task(run, 'a').token
    for (let i = 0; i < 5; i++) d.report(run, 'a', { type: 'AttemptLost', reason: 'gone' })
    const task = d.task(run, 'a')
    expect(task).toMatchObject({ state: 'deferred', tryNumber: 1, infraTries: 0 })
    expect(task.token).not.toBe(before)
    expect(JSON.parse(task.trigger ?? '')).toMatchObject(trigger)
    expect(d.report(run, 'a', { type: 'TriggerFired', event: '1' }, before ?? '')).toEqual([])
    fire(d, run)
    expect(d.task(run, 'a').state).toBe('queued')
  })
  it('what only a worker says changes nothing', () => {
    const { d, run } = deferred()
    for (const body of [
      { type: 'AttemptStarted', hostname: 'h', pid: 1, rendered: null },
      { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] },
      { type: 'AttemptRescheduled', nextPokeAt: 1 },
      asked(),
    ] satisfies Report['body'][])
      expect(d.report(run, 'a', body)).toEqual([])
  })
  it('an event for what is not deferred changes nothing', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('a')] })
    const run = d.trigger('x')
    d.start(run, 'a')
    expect(fire(d, run)).toEqual([])
  })
})

describe('timeout bounds the wait', () => {
  const timed = (onTimeout: string | null, options: object = {}) => {
    const d = unpaused({ dagId: 'x', tasks: [work('a', [], options)] })
    const run = d.trigger('x')
    d.start(run, 'a')
    d.report(run, 'a', asked({ trigger: JSON.stringify(onTimeout === null ? trigger : { ...trigger, onTimeout }), timeoutAt: d.now + 5000 }))
    expect(d.task(run, 'a').dueAt).toBe(d.now + 5000)
    d.wait(4999)
    expect(d.task(run, 'a').state).toBe('deferred')
    d.wait(1)
    return { d, run, task: d.task(run, 'a') }
  }
  it('then the try fails with trigger_timeout, and may be tried again', () => {
    expect(timed(null).task).toMatchObject({ state: 'failed', error: { type: 'trigger_timeout' } })
    expect(timed(null, { retries: 1 }).task).toMatchObject({ state: 'up_for_retry', error: { type: 'trigger_timeout' } })
  })
  it('of a sensor it fails without retry, or skips with softFail', () => {
    expect(timed('fail', { retries: 3 }).task).toMatchObject({ state: 'failed', error: { type: 'trigger_timeout' } })
    expect(timed('skip', { retries: 3 }).task).toMatchObject({ state: 'skipped' })
  })
  it('an event that was decided before its time-out wins', () => {
    const { d, run } = deferred({}, asked({ timeoutAt: Date.parse('2026-01-10T12:00:05Z') }))
    fire(d, run)
    d.wait(10_000)
    expect(d.task(run, 'a').state).toBe('queued')
  })
  it('a lost triggerer does not make the wait longer', () => {
    const { d, run } = deferred({}, asked({ timeoutAt: Date.parse('2026-01-10T12:00:05Z') }))
    d.wait(3000)
    d.report(run, 'a', { type: 'AttemptLost', reason: 'gone' })
    d.wait(2000)
    expect(d.task(run, 'a').state).toBe('failed')
  })
  it('executionTimeout counts running time, deferral included', () => {
    const { d, run } = deferred({ executionTimeoutMs: 10_000, retries: 1 }, asked({ timeoutAt: Date.parse('2026-01-11T12:00:00Z') }))
    expect(d.task(run, 'a').dueAt).toBe(d.now + 10_000)
    d.wait(6000)
    fire(d, run)
    d.start(run, 'a')
    expect(attemptContext(d.dag('x'), run, d.task(run, 'a')).tryStartedAt).toBe(d.now - 6000)
    d.report(run, 'a', asked())
    d.wait(4000)
    expect(d.task(run, 'a')).toMatchObject({ state: 'up_for_retry', error: { type: 'timeout' } })
  })
})

describe('clear, mark and the end of the run', () => {
  it('clear: the instance begins anew, and its trigger is given up', () => {
    const { d, run } = deferred()
    const token = d.task(run, 'a').token ?? ''
    const from = d.events.length
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'a' }] })
    expect(d.events.slice(from)).toContainEqual(expect.objectContaining({ taskId: 'a', state: 'none', reason: 'cleared' }))
    expect(d.task(run, 'a')).toMatchObject({ state: 'queued', tryNumber: 2, trigger: null })
    expect(d.report(run, 'a', { type: 'TriggerFired', event: '1' }, token)).toEqual([])
  })
  it('mark: with the reason the executor cancels by', () => {
    for (const state of ['success', 'failed', 'skipped']) {
      const { d, run } = deferred()
      const from = d.events.length
      d.ask('x', 'mark', { runId: run.runId, tasks: [{ taskId: 'a' }], state })
      expect(d.events.slice(from)).toContainEqual(expect.objectContaining({ taskId: 'a', state, reason: 'marked' }))
    }
  })
  it('a run that is marked failed fails what is deferred', () => {
    const { d, run } = deferred()
    d.ask('x', 'mark', { runId: run.runId, wholeRun: true, state: 'failed' })
    expect(d.states(run)).toEqual({ a: 'failed', b: 'skipped' })
  })
  it('a run that times out skips what is deferred', () => {
    const d = unpaused({ dagId: 'x', dagrunTimeoutMs: 1000, tasks: [work('a')] })
    const run = d.trigger('x')
    d.start(run, 'a')
    d.report(run, 'a', asked())
    d.wait(1000)
    expect(d.task(run, 'a').state).toBe('skipped')
    expect(run.state).toBe('failed')
  })
  it('a paused DAG holds back what its trigger wakes', () => {
    const { d, run } = deferred()
    d.command({ dagId: 'x', kind: 'set_paused', paused: true })
    fire(d, run)
    expect(d.task(run, 'a')).toMatchObject({ state: 'scheduled', tryNumber: 1 })
    d.unpause('x')
    expect(attemptContext(d.dag('x'), run, d.task(run, 'a'))).toMatchObject({ tryNumber: 1, resume: { method: 'read' } })
  })
})

describe('a sensor time-out', () => {
  it('is counted from the first try: its start goes with every attempt', () => {
    const { d, run } = deferred({ retries: 1, retryDelayMs: 1000 })
    const started = d.now
    d.wait(500)
    d.fail(run, 'a')
    d.wait(1000)
    d.start(run, 'a')
    const context = attemptContext(d.dag('x'), run, d.task(run, 'a'))
    expect(context).toMatchObject({ firstTryStartedAt: started, tryNumber: 2 })
  })
})
