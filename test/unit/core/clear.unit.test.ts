import { describe, expect, it } from 'vitest'
import { at, type ColumnDriver, unpaused, work } from '../../support/column-driver.ts'

const chain = { dagId: 'x', tasks: [work('a'), work('b', ['a'], { retries: 1 }), work('c', ['b'])] }
const day = (n: number): number => at(`2026-01-0${n}T00:00:00Z`)
const doneRun = (d: ColumnDriver, more = {}) => {
  const run = d.trigger('x', more)
  for (const key of ['a', 'b', 'c']) d.succeed(run, key)
  return run
}
const names = (touched: { readonly [field: string]: unknown }): string[] =>
  (touched.instances as { runId: string; taskId: string; mapIndex: number }[]).map((one) => one.taskId + (one.mapIndex < 0 ? '' : `[${one.mapIndex}]`))

describe('SEMANTICS 5: clear', () => {
  it('the finished try stays, the instance goes to none and runs again as the next try; the run goes back to queued', () => {
    const d = unpaused(chain)
    const run = doneRun(d)
    const before = d.events.length
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'b' }] })
    expect(d.events.slice(before)).toMatchObject([
      { type: 'TaskStateChanged', taskId: 'b', state: 'none', tryNumber: 1, reason: 'cleared' },
      { type: 'RunStateChanged', state: 'queued', reason: 'cleared' },
      { type: 'CommandAnswered', accepted: true },
      { type: 'RunStateChanged', state: 'running' },
      { type: 'TaskStateChanged', taskId: 'b', state: 'queued', tryNumber: 2 },
    ])
    expect(d.states(run)).toEqual({ a: 'success', b: 'queued', c: 'success' })
    d.succeed(run, 'b')
    expect(run.state).toBe('success')
  })
  it('with a fresh set of retries', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.succeed(run, 'a')
    d.fail(run, 'b')
    d.wait(300_000)
    d.fail(run, 'b')
    expect(d.task(run, 'b')).toMatchObject({ state: 'failed', tryNumber: 2 })
    d.ask('x', 'clear', { runId: run.runId, onlyFailed: true })
    d.fail(run, 'b')
    expect(d.task(run, 'b')).toMatchObject({ state: 'up_for_retry', tryNumber: 3 })
    d.wait(300_000)
    d.fail(run, 'b')
    expect(d.task(run, 'b')).toMatchObject({ state: 'failed', tryNumber: 4 })
  })
  it('only failed: failed and upstream_failed ones', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.fail(run, 'a')
    expect(names(d.ask('x', 'clear', { runId: run.runId, onlyFailed: true }))).toEqual(['a', 'b', 'c'])
    expect(d.states(run)).toEqual({ a: 'queued', b: 'none', c: 'none' })
  })
  it('only running: a running instance is stopped first, and restarts', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('a'), work('b')] })
    const run = d.trigger('x')
    d.start(run, 'a')
    const token = d.task(run, 'a').token ?? ''
    const before = d.events.length
    expect(names(d.ask('x', 'clear', { runId: run.runId, onlyRunning: true }))).toEqual(['a'])
    expect(d.events.slice(before)).toMatchObject([
      { taskId: 'a', state: 'restarting', reason: 'cleared' },
      { taskId: 'a', state: 'none', reason: 'cleared' },
      { type: 'CommandAnswered' },
      { taskId: 'a', state: 'queued', tryNumber: 2 },
    ])
    expect(d.report(run, 'a', { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] }, token)).toEqual([])
  })
  it('what stands in line below and has not begun waits again; what a worker lost of it, too', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.succeed(run, 'a')
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'a' }] })
    expect(d.states(run)).toEqual({ a: 'queued', b: 'none', c: 'none' })
    d.succeed(run, 'a')
    d.start(run, 'b')
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'a' }] })
    expect(d.states(run)).toEqual({ a: 'queued', b: 'running', c: 'none' })
    d.report(run, 'b', { type: 'AttemptLost', reason: 'its worker is gone' })
    expect(d.states(run)).toEqual({ a: 'queued', b: 'none', c: 'none' })
    d.succeed(run, 'a')
    expect(d.task(run, 'b').state).toBe('queued')
  })
  it('upstream, downstream', () => {
    const d = unpaused(chain)
    const run = doneRun(d)
    const dry = (more: object) => names(d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'b' }], dryRun: true, ...more })).sort()
    expect(dry({})).toEqual(['b'])
    expect(dry({ upstream: true })).toEqual(['a', 'b'])
    expect(dry({ downstream: true })).toEqual(['b', 'c'])
    expect(dry({ upstream: true, downstream: true })).toEqual(['a', 'b', 'c'])
  })
  it('past, future, from..to, whole runs', () => {
    const d = unpaused(chain)
    const runs = [1, 2, 3].map((n) => doneRun(d, { logicalDate: day(n) }))
    const dry = (args: object) =>
      (d.ask('x', 'clear', { tasks: [{ taskId: 'a' }], dryRun: true, ...args }).runs as string[]).map((id) => runs.findIndex((r) => r.runId === id))
    const { runId } = runs[1] ?? { runId: '' }
    expect(dry({ runId })).toEqual([1])
    expect(dry({ runId, past: true }).sort()).toEqual([0, 1])
    expect(dry({ runId, future: true }).sort()).toEqual([1, 2])
    expect(dry({ from: day(2) })).toEqual([1, 2])
    expect(dry({ from: day(1), to: day(2) })).toEqual([0, 1])
    expect(d.ask('x', 'clear', { runId, dryRun: true }).total).toBe(3)
  })
  it('by map index', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('each', [], { map: { kind: 'cross', inputs: { n: { literal: [1, 2, 3] } } } })] })
    const run = d.trigger('x')
    for (const i of [0, 1, 2]) d.succeed(run, `each[${i}]`)
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'each', mapIndex: 1 }] })
    expect(d.states(run)).toEqual({ 'each[0]': 'success', 'each[1]': 'queued', 'each[2]': 'success' })
  })
  it('a dry run lists what would be cleared and changes nothing', () => {
    const d = unpaused(chain)
    const run = doneRun(d)
    const before = d.events.length
    expect(d.ask('x', 'clear', { runId: run.runId, dryRun: true })).toEqual({
      instances: ['a', 'b', 'c'].map((taskId) => ({ runId: run.runId, taskId, mapIndex: -1, state: 'success', tryNumber: 1 })),
      total: 3,
      runs: [run.runId],
    })
    expect(d.events.slice(before).map((e) => e.type)).toEqual(['CommandAnswered'])
  })
  it('an instance that went on since it was seen is left alone', () => {
    const d = unpaused(chain)
    const run = doneRun(d)
    const args = { runId: run.runId, tasks: [{ taskId: 'a' }], seenTries: { [`${run.runId}/a`]: 1 } }
    d.ask('x', 'clear', args)
    d.succeed(run, 'a')
    expect(d.ask('x', 'clear', args)).toMatchObject({ total: 0 })
    expect(d.states(run).a).toBe('success')
  })
  it('what is not there is refused by name', () => {
    const d = unpaused(chain)
    const run = doneRun(d)
    const why = (args: object) => {
      try {
        return d.ask('x', 'clear', args)
      } catch (thrown) {
        return String(thrown)
      }
    }
    expect(why({ runId: 'no' })).toContain('run_not_found')
    expect(why({})).toContain('bad_request: name a run')
    expect(why({ runId: run.runId, tasks: [{ taskId: 'no' }] })).toContain('task_not_found: there is no task no')
    expect(why({ runId: run.runId, onlyfailed: true })).toContain("did you mean 'onlyFailed'?")
    expect(why({ runId: 3 })).toContain('args.runId must be text')
  })
})

describe('SEMANTICS 5: versions', () => {
  const next = { dagId: 'x', tasks: [work('a'), work('b', ['a']), work('new', ['b'])] }
  it('a cleared run goes on with the version it is pinned to', () => {
    const d = unpaused(chain)
    const run = doneRun(d)
    d.adopt(next, 'v2')
    d.ask('x', 'clear', { runId: run.runId })
    expect(run.version.version).toBe('v1')
  })
  it('or with the latest, when asked: new tasks run, removed ones stay, as removed if they were unfinished', () => {
    const d = unpaused(chain)
    const run = d.trigger('x')
    d.succeed(run, 'a')
    d.adopt(next, 'v2')
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'a' }], latestVersion: true })
    expect(run.version.version).toBe('v2')
    expect(d.states(run)).toEqual({ a: 'queued', b: 'none', c: 'removed', new: 'none' })
    for (const key of ['a', 'b', 'new']) d.succeed(run, key)
    expect(run.state).toBe('success')
    expect(d.bothSnapshots().folded).toEqual(d.bothSnapshots().working)
  })
  it('in a finished run the finished instance of a removed task stays what it was', () => {
    const d = unpaused(chain)
    const run = doneRun(d)
    d.adopt(next, 'v2')
    d.ask('x', 'clear', { runId: run.runId, tasks: [{ taskId: 'b' }], latestVersion: true })
    expect(d.states(run)).toEqual({ a: 'success', b: 'queued', c: 'success', new: 'none' })
  })
})
