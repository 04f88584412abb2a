import { describe, expect, it } from 'vitest'
import { triggerRules } from '../../../services/core/dag.ts'
import { taskStates } from '../../../services/core/states.ts'
import { taskTransitions } from '../../../services/core/transitions.ts'
import { unpaused, work } from '../../support/column-driver.ts'

describe('SEMANTICS 1: states', () => {
  it('each state of a task instance has its line in the table of transitions', () => {
    expect(Object.keys(taskTransitions).sort()).toEqual([...taskStates].sort())
  })
  it('skip() -> skipped; fail() -> failed whatever retries remain; any other error -> up_for_retry while tries remain, else failed', () => {
    const d = unpaused({ dagId: 'x', tasks: ['s', 'f', 'e'].map((id) => work(id, [], { retries: 1 })) })
    const run = d.trigger('x')
    d.skip(run, 's')
    d.fail(run, 'f', false)
    d.fail(run, 'e')
    expect(d.states(run)).toEqual({ s: 'skipped', f: 'failed', e: 'up_for_retry' })
    d.wait(300_000)
    d.fail(run, 'e')
    expect(d.states(run).e).toBe('failed')
  })
  it('an instance is named by task and map index, -1 for an unmapped one', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('a'), work('m', [], { map: { kind: 'cross', inputs: { n: { literal: [1] } } } })] })
    const run = d.trigger('x')
    expect([...run.tasks.values()].map(({ taskId, mapIndex }) => [taskId, mapIndex])).toEqual([
      ['a', -1],
      ['m', 0],
    ])
  })
})

describe('SEMANTICS 1: the state of a run', () => {
  it('failed if a leaf is failed or upstream_failed, else success, whatever else failed', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('a'), work('b', ['a'], { triggerRule: 'all_done' }), work('c', ['a'], { triggerRule: 'all_failed' })] })
    const run = d.trigger('x')
    d.fail(run, 'a')
    d.succeed(run, 'b')
    expect(run.state).toBe('running')
    d.skip(run, 'c')
    expect(run.state).toBe('success')
  })
  it('any failed instance of a mapped leaf fails it', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('m', [], { map: { kind: 'cross', inputs: { n: { literal: [1, 2] } } } })] })
    const run = d.trigger('x')
    d.fail(run, 'm[0]')
    d.succeed(run, 'm[1]')
    expect(run.state).toBe('failed')
    expect(d.events.findLast((e) => e.type === 'RunStateChanged')).toMatchObject({ reason: 'leaf task m[0] failed' })
  })
  it('unfinished tasks of which none can ever run: failed, with that reason', () => {
    const list = work('list')
    const each = work('each', ['list'], { map: { kind: 'cross', inputs: { n: { task: 'list' } } } })
    const d = unpaused({ dagId: 'x', tasks: [list, each, work('none', ['each'], { triggerRule: 'all_skipped' })] })
    const run = d.trigger('x')
    d.succeed(run, 'list', [1, 2])
    d.succeed(run, 'each[0]')
    expect(d.states(run).none).toBe('skipped')
    const other = unpaused({ dagId: 'x', tasks: [list, each, work('none', ['each'], { triggerRule: 'all_skipped' })] })
    const second = other.trigger('x')
    other.succeed(second, 'list', [1, 2])
    for (const i of [0, 1]) other.skip(second, `each[${i}]`)
    other.succeed(second, 'none')
    other.ask('x', 'clear', { runId: second.runId })
    other.succeed(second, 'list', [1])
    other.skip(second, 'each[0]')
    // One skipped, one removed: all_skipped can neither run nor be skipped.
    expect([second.state, other.states(second).none]).toEqual(['failed', 'none'])
    expect(other.events.findLast((e) => e.type === 'RunStateChanged')).toMatchObject({
      reason: 'deadlock: nothing runs, and 1 task instances can never run: none',
    })
  })
  it('dagrunTimeout: the run fails, its unfinished tasks are skipped, with the reason the executor cancels by', () => {
    const d = unpaused({ dagId: 'x', dagrunTimeoutMs: 1000, tasks: [work('a'), work('b', ['a'])] })
    const run = d.trigger('x')
    d.wait(1000)
    expect([run.state, d.states(run)]).toEqual(['failed', { a: 'skipped', b: 'skipped' }])
    expect(d.events.find((e) => e.type === 'TaskStateChanged' && e.state === 'skipped')).toMatchObject({ reason: 'dagrun_timeout' })
  })
  it('maxConsecutiveFailedRuns: the DAG pauses itself; a success in between starts the count anew', () => {
    const d = unpaused({ dagId: 'x', maxConsecutiveFailedRuns: 2, tasks: [work('a')] })
    d.fail(d.trigger('x'), 'a')
    d.succeed(d.trigger('x'), 'a')
    d.fail(d.trigger('x'), 'a')
    expect(d.dag('x').paused).toBe(false)
    d.fail(d.trigger('x'), 'a')
    expect(d.dag('x').paused).toBe(true)
    expect(d.events.findLast((e) => e.type === 'DagPauseChanged')).toMatchObject({ paused: true, reason: '2 failed runs in a row' })
  })
  it('failFast: the first failed task fails what runs and skips what has not begun', () => {
    const d = unpaused({ dagId: 'x', failFast: true, tasks: [work('a'), work('b'), work('c', ['b']), work('q')] })
    const run = d.trigger('x')
    d.start(run, 'b')
    d.fail(run, 'a')
    expect([run.state, d.states(run)]).toEqual(['failed', { a: 'failed', b: 'failed', c: 'skipped', q: 'skipped' }])
    expect(d.events.filter((e) => e.type === 'TaskStateChanged' && (e.taskId === 'b' || e.taskId === 'q')).slice(-2)).toMatchObject([
      { state: 'failed', reason: 'marked', error: { type: 'fail_fast' } },
      { state: 'skipped', reason: 'marked' },
    ])
  })
  it('failFast waits until the retries are used up', () => {
    const d = unpaused({ dagId: 'x', failFast: true, tasks: [work('a', [], { retries: 1 }), work('b')] })
    const run = d.trigger('x')
    d.fail(run, 'a')
    expect(d.states(run).b).toBe('queued')
  })
})

describe('SEMANTICS 2: in a run', () => {
  it('a verdict is taken at once, without waiting for the other upstreams', () => {
    const d = unpaused({
      dagId: 'x',
      tasks: [work('a'), work('b'), ...triggerRules.filter((r) => r !== 'all_done_setup_success').map((r) => work(r, ['a', 'b'], { triggerRule: r }))],
    })
    const run = d.trigger('x')
    expect(d.states(run).always).toBe('queued')
    d.fail(run, 'a')
    expect(d.states(run)).toMatchObject({ all_success: 'upstream_failed', all_failed: 'none', all_done: 'none', all_skipped: 'skipped', one_success: 'none' })
    expect(d.states(run)).toMatchObject({ one_failed: 'queued', one_done: 'queued', none_failed: 'upstream_failed', none_skipped: 'none' })
    d.skip(run, 'b')
    expect(d.states(run)).toMatchObject({ all_failed: 'skipped', all_done: 'queued', one_success: 'upstream_failed', none_skipped: 'skipped' })
  })
  it('none_failed runs after skips alone; none_failed_min_one_success does not', () => {
    const d = unpaused({
      dagId: 'x',
      tasks: [work('a'), work('n', ['a'], { triggerRule: 'none_failed' }), work('m', ['a'], { triggerRule: 'none_failed_min_one_success' })],
    })
    const run = d.trigger('x')
    d.skip(run, 'a')
    expect(d.states(run)).toEqual({ a: 'skipped', n: 'queued', m: 'skipped' })
  })
})
