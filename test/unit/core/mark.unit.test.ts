import { describe, expect, it } from 'vitest'
import { at, unpaused, work } from '../../support/column-driver.ts'

const chain = { dagId: 'x', tasks: [work('a'), work('b', ['a']), work('c', ['b'])] }

describe('SEMANTICS 5: mark', () => {
  it('success on a failed instance: what failed below it is cleared, and the run goes on', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.fail(run, 'a')
    expect(run.state).toBe('failed')
    d.ask('x', 'mark', { runId: run.runId, tasks: [{ taskId: 'a' }], state: 'success' })
    expect(d.states(run)).toEqual({ a: 'success', b: 'queued', c: 'none' })
    expect(run.state).toBe('running')
  })
  it('failed stops what is running, with the reason the executor cancels by', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.start(run, 'a')
    const { token } = d.task(run, 'a')
    d.ask('x', 'mark', { runId: run.runId, tasks: [{ taskId: 'a' }], state: 'failed' })
    expect(d.states(run)).toEqual({ a: 'failed', b: 'upstream_failed', c: 'upstream_failed' })
    expect(d.events.find((e) => e.type === 'TaskStateChanged' && e.state === 'failed')).toMatchObject({ reason: 'marked' })
    expect(d.report(run, 'a', { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] }, token ?? '')).toEqual([])
  })
  it('skipped', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.ask('x', 'mark', { runId: run.runId, tasks: [{ taskId: 'a' }], state: 'skipped' })
    expect(d.states(run)).toEqual({ a: 'skipped', b: 'skipped', c: 'skipped' })
  })
  it('upstream, downstream, past, future', () => {
    const d = unpaused(chain)
    const runs = [1, 2, 3].map((n) => d.trigger('x', { logicalDate: at(`2026-01-0${n}T00:00:00Z`) }))
    const dry = (more: object) => d.ask('x', 'mark', { runId: runs[1]?.runId, tasks: [{ taskId: 'b' }], state: 'success', dryRun: true, ...more })
    expect(
      [dry({}), dry({ upstream: true }), dry({ upstream: true, downstream: true }), dry({ past: true }), dry({ past: true, future: true })].map((t) => t.total),
    ).toEqual([1, 2, 3, 2, 3])
  })
  it('the leaf of a failed run as success makes the run a success', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.succeed(run, 'a')
    d.succeed(run, 'b')
    d.fail(run, 'c')
    d.ask('x', 'mark', { runId: run.runId, tasks: [{ taskId: 'c' }], state: 'success' })
    expect(run.state).toBe('success')
  })
  it('a run as success: all its instances are', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.start(run, 'a')
    d.ask('x', 'mark', { runId: run.runId, wholeRun: true, state: 'success' })
    expect([run.state, d.states(run)]).toEqual(['success', { a: 'success', b: 'success', c: 'success' }])
  })
  it('a run as failed: what runs is stopped and failed, what has not begun is skipped', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.succeed(run, 'a')
    d.start(run, 'b')
    d.ask('x', 'mark', { runId: run.runId, wholeRun: true, state: 'failed' })
    expect([run.state, d.states(run)]).toEqual(['failed', { a: 'success', b: 'failed', c: 'skipped' }])
  })
  it('a run is never skipped; a state is needed', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    expect(() => d.ask('x', 'mark', { runId: run.runId, wholeRun: true, state: 'skipped' })).toThrow('bad_request')
    expect(() => d.ask('x', 'mark', { runId: run.runId })).toThrow('args.state is missing')
    expect(() => d.ask('x', 'mark', { runId: run.runId, state: 'running' })).toThrow('must be one of success, failed, skipped')
  })
})
