import { describe, expect, it } from 'vitest'
import type { Report } from '../../../schemas/generated/records.ts'
import { columnDriver } from '../../support/column-driver.ts'

const abc = {
  dagId: 'abc',
  tasks: [
    { taskId: 'a', operator: 'bash', args: { command: 'true' } },
    { taskId: 'b', operator: 'bash', args: { command: 'true' }, upstream: ['a'] },
    { taskId: 'c', operator: 'bash', args: { command: 'true' }, upstream: ['a', 'b'] },
  ],
}

const unpaused = (spec: Parameters<ReturnType<typeof columnDriver>['adopt']>[0]) => {
  const d = columnDriver()
  d.adopt(spec)
  d.unpause(spec.dagId)
  return d
}

describe('a run', () => {
  it('queues its roots, then each task when its upstreams ended, and ends when its last task did', () => {
    const d = unpaused(abc)
    const run = d.trigger('abc')
    expect(d.states(run)).toEqual({ a: 'queued', b: 'none', c: 'none' })
    d.start(run, 'a')
    expect(d.states(run).a).toBe('running')
    d.succeed(run, 'a', { n: 1 })
    expect(d.states(run)).toEqual({ a: 'success', b: 'queued', c: 'none' })
    d.succeed(run, 'b')
    d.succeed(run, 'c')
    expect(run.state).toBe('success')
    expect(run.tasks.get('a')?.xcoms).toEqual([{ key: 'return_value', value: '{"n":1}' }])
  })

  it('numbers its events without gaps', () => {
    const d = unpaused(abc)
    const run = d.trigger('abc')
    for (const task of ['a', 'b', 'c']) {
      d.start(run, task)
      d.succeed(run, task)
    }
    const numbers = d.events.flatMap((e) => (e.type === 'RunCreated' || e.type === 'RunStateChanged' || e.type === 'TaskStateChanged' ? [e.n] : []))
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
  })

  it('fails when a leaf failed; what lies below a failure is upstream_failed', () => {
    const d = unpaused(abc)
    const run = d.trigger('abc')
    d.fail(run, 'a')
    expect(d.states(run)).toEqual({ a: 'failed', b: 'upstream_failed', c: 'upstream_failed' })
    expect(run.state).toBe('failed')
  })

  it('is decided by its leaves alone', () => {
    const d = unpaused({
      dagId: 'x',
      tasks: [
        { taskId: 'a', operator: 'bash', args: { command: 'true' } },
        { taskId: 'end', operator: 'empty', upstream: ['a'], triggerRule: 'all_done' },
      ],
    })
    const run = d.trigger('x')
    d.fail(run, 'a')
    expect(d.states(run)).toEqual({ a: 'failed', end: 'success' })
    expect(run.state).toBe('success')
  })

  it('settles empty tasks, skips and joins inside one decision', () => {
    const d = unpaused({
      dagId: 'x',
      tasks: [
        { taskId: 'start', operator: 'empty' },
        { taskId: 'a', operator: 'bash', args: { command: 'true' }, upstream: ['start'] },
        { taskId: 'b', operator: 'bash', args: { command: 'true' }, upstream: ['a'] },
        { taskId: 'join', operator: 'empty', upstream: ['b', 'start'], triggerRule: 'none_failed_min_one_success' },
      ],
    })
    const run = d.trigger('x')
    expect(d.states(run)).toEqual({ start: 'success', a: 'queued', b: 'none', join: 'none' })
    d.report(run, 'a', { type: 'AttemptSkipped', message: 'not today' })
    expect(d.states(run)).toEqual({ start: 'success', a: 'skipped', b: 'skipped', join: 'success' })
    expect(run.state).toBe('success')
  })

  it('without tasks succeeds at once', () => {
    const d = unpaused({ dagId: 'x', tasks: [] })
    expect(d.trigger('x').state).toBe('success')
  })

  it('times out: it fails and its unfinished tasks are skipped', () => {
    const d = unpaused({ ...abc, dagrunTimeoutMs: 60_000 })
    const run = d.trigger('abc')
    d.start(run, 'a')
    d.wait(60_000)
    expect(run.state).toBe('failed')
    expect(d.states(run)).toEqual({ a: 'skipped', b: 'skipped', c: 'skipped' })
  })
})

describe('tokens', () => {
  it('a report with another token changes nothing and leaves no event', () => {
    const d = unpaused(abc)
    const run = d.trigger('abc')
    expect(d.report(run, 'a', { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] }, '1.1.1')).toEqual([])
    expect(d.states(run).a).toBe('queued')
  })

  it('a report that comes twice changes nothing the second time', () => {
    const d = unpaused(abc)
    const run = d.trigger('abc')
    const token = d.task(run, 'a').token ?? ''
    d.succeed(run, 'a')
    expect(d.report(run, 'a', { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] }, token)).toEqual([])
    expect(d.report(run, 'a', { type: 'AttemptStarted', hostname: 'h', pid: 1, rendered: null }, token)).toEqual([])
  })

  it('each queueing has a token of its own', () => {
    const d = unpaused({ dagId: 'x', tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'true' }, retries: 3, retryDelayMs: 0 }] })
    const run = d.trigger('x')
    const tokens = new Set<string | null>()
    for (let i = 0; i < 4; i++) {
      tokens.add(d.task(run, 'a').token)
      d.fail(run, 'a')
      d.wait(1)
    }
    expect(tokens.size).toBe(4)
  })
})

describe('retries', () => {
  const flaky = { dagId: 'x', tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'true' }, retries: 1, retryDelayMs: 180_000 }] }

  it('wait for retryDelay, then go again with the next try', () => {
    const d = unpaused(flaky)
    const run = d.trigger('x')
    d.start(run, 'a')
    d.fail(run, 'a')
    expect(d.task(run, 'a')).toMatchObject({ state: 'up_for_retry', tryNumber: 1, dueAt: d.now + 180_000 })
    d.wait(179_999)
    expect(d.task(run, 'a').state).toBe('up_for_retry')
    d.wait(1)
    expect(d.task(run, 'a')).toMatchObject({ state: 'queued', tryNumber: 2 })
    d.fail(run, 'a')
    expect(run.state).toBe('failed')
  })

  it('fail() ends without retry whatever retries remain', () => {
    const d = unpaused(flaky)
    const run = d.trigger('x')
    d.fail(run, 'a', false)
    expect(run.state).toBe('failed')
  })

  it('a lost worker uses none of them, up to maxInfraRetries', () => {
    const d = unpaused(flaky)
    const run = d.trigger('x')
    for (let i = 1; i <= 3; i++) {
      d.report(run, 'a', { type: 'AttemptLost', reason: 'no heartbeat' })
      expect(d.task(run, 'a')).toMatchObject({ state: 'queued', tryNumber: i + 1, infraTries: i })
    }
    d.fail(run, 'a')
    expect(d.task(run, 'a').state).toBe('up_for_retry')
    d.wait(180_000)
    d.report(run, 'a', { type: 'AttemptLost', reason: 'no heartbeat' })
    expect(run.state).toBe('failed')
  })

  it('a rescheduled sensor goes on with the same try', () => {
    const d = unpaused(flaky)
    const run = d.trigger('x')
    d.start(run, 'a')
    d.report(run, 'a', { type: 'AttemptRescheduled', nextPokeAt: d.now + 1000 })
    expect(d.task(run, 'a').state).toBe('up_for_reschedule')
    d.wait(1000)
    expect(d.task(run, 'a')).toMatchObject({ state: 'queued', tryNumber: 1 })
  })
})

describe('limits', () => {
  it('maxActiveTasks holds instances back as scheduled, best priority first', () => {
    const d = unpaused({
      dagId: 'x',
      maxActiveTasks: 2,
      tasks: ['a', 'b', 'c', 'd'].map((taskId, i) => ({ taskId, operator: 'bash', args: { command: 'true' }, priorityWeight: i + 1 })),
    })
    const run = d.trigger('x')
    expect(d.states(run)).toEqual({ a: 'scheduled', b: 'scheduled', c: 'queued', d: 'queued' })
    d.succeed(run, 'd')
    expect(d.states(run)).toEqual({ a: 'scheduled', b: 'queued', c: 'queued', d: 'success' })
  })

  it('maxActiveRuns keeps further runs queued, oldest first', () => {
    const d = unpaused({ ...abc, maxActiveRuns: 1 })
    const first = d.trigger('abc')
    const second = d.trigger('abc')
    const third = d.trigger('abc')
    expect([first.state, second.state, third.state]).toEqual(['running', 'queued', 'queued'])
    d.fail(first, 'a')
    expect([first.state, second.state, third.state]).toEqual(['failed', 'running', 'queued'])
  })

  it('a paused DAG starts nothing new; unpausing goes on where it stood', () => {
    const d = unpaused(abc)
    const run = d.trigger('abc')
    d.command({ dagId: 'abc', kind: 'set_paused', paused: true })
    d.succeed(run, 'a')
    expect(d.states(run)).toEqual({ a: 'success', b: 'scheduled', c: 'none' })
    const waiting = d.trigger('abc')
    expect(waiting.state).toBe('queued')
    d.unpause('abc')
    expect(d.states(run).b).toBe('queued')
    expect(waiting.state).toBe('running')
  })
})

describe('an end that tells its start, too', () => {
  const told = (over: Partial<Report> = {}) => {
    const d = unpaused({ dagId: 'x', tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'true' } }] })
    const run = d.trigger('x')
    const { token } = d.task(run, 'a')
    const ids = { dagId: 'x', runId: run.runId, taskId: 'a', mapIndex: -1, tryNumber: 1, token: token ?? '', by: 'w' }
    const start = { at: d.now + 5, hostname: 'h', pid: 7, rendered: '{}' }
    const body = { type: 'AttemptSucceeded' as const, xcoms: [], chosen: null, resultLength: null, outlets: [] }
    const report: Report = { ...ids, at: d.now + 9, body, start, ...over }
    d.now += 20
    return {
      d,
      report,
      states: () => d.give({ kind: 'report', report }).flatMap((e) => (e.type === 'TaskStateChanged' ? [[e.state, e.at - d.now, e.pid]] : [])),
    }
  }
  it('is running and success, each at its time', () => {
    expect(told().states()).toEqual([
      ['running', -15, 7],
      ['success', -11, null],
    ])
  })
  it('changes nothing the second time', () => {
    const { states } = told()
    states()
    expect(states()).toEqual([])
  })
  it('runs once though the start was told before', () => {
    const { d, report, states } = told()
    d.give({ kind: 'report', report: { ...report, body: { type: 'AttemptStarted', hostname: 'h', pid: 7, rendered: null }, start: null } })
    expect(states()).toEqual([['success', -11, null]])
  })
})
