import { describe, expect, it } from 'vitest'
import { decide } from '../../../services/core/decide.ts'
import { columnFrom, partsOf } from '../../../services/core/snapshot.ts'
import { at, columnDriver, unpaused, work } from '../../support/column-driver.ts'

const day = (n: number): number => at(`2026-01-0${n}T00:00:00Z`)
const mapped = { map: { kind: 'cross', inputs: { n: { literal: [1, 2, 3, 4] } } } }
const queued = (states: Record<string, string>): string[] => Object.keys(states).filter((key) => states[key] === 'queued')

describe('SEMANTICS 4: limits', () => {
  it('maxActiveTisPerDagRun holds instances of a task back, without holding others back', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('m', [], { ...mapped, maxActiveTisPerRun: 2 }), work('other')] })
    const run = d.trigger('x')
    expect(queued(d.states(run))).toEqual(['other', 'm[0]', 'm[1]'])
    d.succeed(run, 'm[1]')
    expect(queued(d.states(run))).toEqual(['other', 'm[0]', 'm[2]'])
  })
  it('maxActiveTisPerDag counts over all runs; the earliest logical date goes first', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('a', [], { maxActiveTis: 1 })] })
    const [second, first, third] = [2, 1, 3].map((n) => d.trigger('x', { logicalDate: day(n) }))
    if (!first || !second || !third) throw new Error('no runs')
    const states = () => [second, first, third].map((run) => d.states(run).a)
    expect(states()).toEqual(['queued', 'scheduled', 'scheduled'])
    d.succeed(second, 'a')
    expect(states()).toEqual(['success', 'queued', 'scheduled'])
    d.fail(first, 'a')
    expect(states()).toEqual(['success', 'failed', 'queued'])
  })
  it('both hold together with maxActiveTasks, through retries and pauses', () => {
    const d = unpaused({
      dagId: 'x',
      maxActiveTasks: 2,
      tasks: [work('m', [], { ...mapped, maxActiveTisPerRun: 1, maxActiveTis: 1, retries: 1, retryDelayMs: 0 }), work('o'), work('p')],
    })
    const run = d.trigger('x')
    for (let i = 0; i < 60 && run.state === 'running'; i++) {
      const active = queued(d.states(run))
      expect(active.length).toBeLessThanOrEqual(2)
      expect(active.filter((key) => key.startsWith('m')).length).toBeLessThanOrEqual(1)
      if (i === 3) d.command({ dagId: 'x', kind: 'set_paused', paused: true })
      if (i === 5) d.unpause('x')
      const [key] = queued(d.states(run))
      if (key !== undefined && i % 2 === 0) d.fail(run, key)
      else if (key !== undefined) d.succeed(run, key)
      d.wait(1)
    }
    expect(run.unfinished).toBe(0)
  })
  it('who waits for a place of its task still waits after a checkpoint, and gets it', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('a', [], { maxActiveTis: 1 })] })
    const first = d.trigger('x')
    d.trigger('x')
    const copy = columnFrom([...partsOf(d.column).values()].map((part) => structuredClone(part())))
    const body = { type: 'AttemptSucceeded' as const, xcoms: [], chosen: null, resultLength: null, outlets: [] }
    const ids = { dagId: 'x', runId: first.runId, taskId: 'a', mapIndex: -1, tryNumber: 1, token: d.task(first, 'a').token ?? '' }
    const report = { ...ids, at: d.now, by: 'w', body, start: null }
    const events = decide(copy, { kind: 'report', report }, { now: d.now, token: () => 'next' })
    expect(events.some((e) => e.type === 'TaskStateChanged' && e.state === 'queued' && e.runId !== first.runId)).toBe(true)
  })
  it('a backfill does not count against maxActiveRuns (see backfill.unit.test.ts), a manual run does', () => {
    const d = unpaused({ dagId: 'x', maxActiveRuns: 1, tasks: [work('a')] })
    expect([d.trigger('x').state, d.trigger('x').state]).toEqual(['running', 'queued'])
  })
})

describe('SEMANTICS 4: dependsOnPast', () => {
  const past = { dagId: 'x', tasks: [work('a', [], { dependsOnPast: true }), work('b', ['a'])] }
  const two = (dag: Parameters<typeof unpaused>[0]) => {
    const d = unpaused(dag)
    return { d, first: d.trigger('x', { logicalDate: day(1) }), second: d.trigger('x', { logicalDate: day(2) }) }
  }
  it('waits for the same task in the run before; the first run is exempt', () => {
    const { d, first, second } = two(past)
    expect([d.states(first).a, d.states(second).a, second.state]).toEqual(['queued', 'none', 'running'])
    d.succeed(first, 'a')
    expect(d.states(second).a).toBe('queued')
  })
  it('skipped will do, failed will not; a mark or a clear lets it go on', () => {
    const { d, first, second } = two(past)
    d.fail(first, 'a')
    expect(d.states(second).a).toBe('none')
    d.ask('x', 'mark', { runId: first.runId, tasks: [{ taskId: 'a' }], state: 'skipped' })
    expect(d.states(second).a).toBe('queued')
  })
  it('the run before is the one by logical date, whichever was made first', () => {
    const d = unpaused(past)
    const late = d.trigger('x', { logicalDate: day(5) })
    const early = d.trigger('x', { logicalDate: day(4) })
    const last = d.trigger('x', { logicalDate: day(6) })
    expect([late, early, last].map((run) => d.states(run).a)).toEqual(['queued', 'queued', 'none'])
    d.succeed(early, 'a')
    expect(d.states(last).a).toBe('none')
    d.succeed(late, 'a')
    expect(d.states(last).a).toBe('queued')
  })
  it('also one that the decision which starts the later run makes: a backfill that waited for the pause to end', () => {
    const d = columnDriver()
    d.adopt({ ...past, schedule: [1, 2, 3].map((n) => new Date(day(n)).toISOString()) })
    const late = d.trigger('x', { logicalDate: day(3) })
    d.ask('x', 'create_backfill', { from: day(2), to: day(2) })
    d.unpause('x')
    const [early] = [...d.dag('x').runs.values()].filter((run) => run.runType === 'backfill')
    expect([late.state, d.states(late).a, early?.state, early && d.states(early).a]).toEqual(['running', 'none', 'running', 'queued'])
    if (early) d.succeed(early, 'a')
    expect(d.states(late).a).toBe('queued')
  })
  it('waitForDownstream: its direct downstreams there, too', () => {
    const { d, first, second } = two({ dagId: 'x', tasks: [work('a', [], { waitForDownstream: true }), work('b', ['a']), work('c', ['b'])] })
    d.succeed(first, 'a')
    expect(d.states(second).a).toBe('none')
    d.succeed(first, 'b')
    expect(d.states(second).a).toBe('queued')
  })
  it('a run that waits for the past is no deadlock, and a chain of them goes through in one decision', () => {
    const d = unpaused({
      dagId: 'x',
      tasks: [work('a', [], { dependsOnPast: true }), { taskId: 'e', operator: 'empty', upstream: ['a'], dependsOnPast: true }],
    })
    const runs = [1, 2, 3].map((n) => d.trigger('x', { logicalDate: day(n) }))
    expect(runs.map((run) => run.state)).toEqual(['running', 'running', 'running'])
    for (const run of runs) d.succeed(run, 'a')
    expect(runs.map((run) => run.state)).toEqual(['success', 'success', 'success'])
  })
  it('a clear of both runs makes the later one wait again', () => {
    const { d, first, second } = two(past)
    for (const run of [first, second]) for (const key of ['a', 'b']) d.succeed(run, key)
    d.ask('x', 'clear', { runId: second.runId, past: true })
    expect([d.states(first).a, d.states(second).a]).toEqual(['queued', 'none'])
  })
  it('an archived run: its unsettled tasks hold the next run back, as in memory', () => {
    for (const end of ['succeed', 'fail'] as const) {
      const d = unpaused({ dagId: 'x', tasks: [work('a', [], { dependsOnPast: true }), work('b', [], { dependsOnPast: true })] })
      const first = d.trigger('x', { logicalDate: day(1) })
      d[end](first, 'a')
      d.succeed(first, 'b')
      d.give({ kind: 'archived', dagId: 'x', runId: first.runId, n: first.n, offset: 1 })
      const second = d.trigger('x', { logicalDate: day(2) })
      expect(d.states(second)).toEqual({ a: end === 'fail' ? 'none' : 'queued', b: 'queued' })
    }
  })
  it('an archived run that succeeded by its leaves, too, when a task above them failed', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('a', [], { dependsOnPast: true }), work('b', ['a'], { triggerRule: 'all_done' })] })
    const first = d.trigger('x', { logicalDate: day(1) })
    d.fail(first, 'a')
    d.succeed(first, 'b')
    expect(first.state).toBe('success')
    d.archive(first)
    const second = d.trigger('x', { logicalDate: day(2) })
    expect([second.state, d.states(second).a]).toEqual(['running', 'none'])
  })
})
