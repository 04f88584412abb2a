import { describe, expect, it } from 'vitest'
import type { Run } from '../../../services/core/column-state.ts'
import { at, type ColumnDriver, columnDriver, unpaused, work } from '../../support/column-driver.ts'

const daily = { dagId: 'x', schedule: '@daily', startDate: '2026-01-01T00:00:00Z', endDate: '2026-01-31T00:00:00Z', tasks: [work('a')] }
const day = (n: number): number => at(`2026-01-${String(n).padStart(2, '0')}T00:00:00Z`)
/** Noon of the 9th: the scheduled run is the one of the 8th. */
const started = (more = {}) => unpaused({ ...daily, ...more }, '2026-01-09T12:00:00Z')
const fill = (d: ColumnDriver, more = {}) => d.ask('x', 'create_backfill', { from: day(1), to: day(5), ...more })
const of = (d: ColumnDriver, id: unknown) => d.dag('x').backfills.get(String(id))
const runsOf = (d: ColumnDriver): Run[] => [...d.dag('x').runs.values()].filter((run) => run.backfillId !== null)
const dates = (runs: readonly Run[]): number[] => runs.map((run) => new Date(run.logicalDate ?? 0).getUTCDate())

describe('SEMANTICS 5: a backfill', () => {
  it('makes the runs of the calendar from..to, oldest first, within its own limit', () => {
    const d = started()
    const { backfillId, dates: made } = fill(d, { maxActiveRuns: 2 })
    expect(made).toEqual([1, 2, 3, 4, 5].map(day))
    expect(dates(runsOf(d))).toEqual([1, 2])
    expect(runsOf(d)[0]).toMatchObject({ runType: 'backfill', runId: 'backfill__2026-01-02T00:00:00+00:00', state: 'running', dataIntervalEnd: day(2) })
    for (let i = 0; i < 5; i++) for (const run of runsOf(d)) if (run.state === 'running') d.succeed(run, 'a')
    expect(dates(runsOf(d))).toEqual([1, 2, 3, 4, 5])
    expect(of(d, backfillId)).toMatchObject({ state: 'finished', next: 5, skipped: 0, total: 5 })
  })
  it('newest first', () => {
    const d = started()
    expect(fill(d, { newestFirst: true, maxActiveRuns: 2 }).dates).toEqual([5, 4, 3, 2, 1].map(day))
    expect(dates(runsOf(d))).toEqual([5, 4])
  })
  it('has a lane of its own: it takes no place of scheduled runs, and they none of it', () => {
    const d = started({ maxActiveRuns: 1 })
    fill(d, { maxActiveRuns: 3 })
    expect(d.dag('x').running).toBe(1)
    expect(runsOf(d).filter((run) => run.state === 'running').length).toBe(3)
    d.wait(86_400_000)
    const [scheduled] = [...d.dag('x').runs.values()]
    if (scheduled) d.succeed(scheduled, 'a')
    expect([...d.dag('x').runs.values()].filter((run) => run.runType === 'scheduled').map((run) => run.state)).toEqual(['success', 'running'])
  })
  it('skips a date whose run is queued or running', () => {
    const d = started()
    d.trigger('x', { logicalDate: day(2) })
    const { backfillId, dates: made } = fill(d, { reprocess: 'completed' })
    expect(made).toEqual([1, 3, 4, 5].map(day))
    expect(of(d, backfillId)).toMatchObject({ next: 5, skipped: 1 })
  })
  it('reprocess none, failed, completed', () => {
    for (const [reprocess, made] of [
      ['none', [3, 4, 5]],
      ['failed', [2, 3, 4, 5]],
      ['completed', [1, 2, 3, 4, 5]],
    ] as const) {
      const d = started()
      const good = d.trigger('x', { logicalDate: day(1) })
      const bad = d.trigger('x', { logicalDate: day(2) })
      d.succeed(good, 'a')
      d.fail(bad, 'a')
      expect(fill(d, { reprocess }).dates).toEqual(made.map(day))
      expect([good.state, bad.state]).toEqual([reprocess === 'completed' ? 'running' : 'success', reprocess === 'none' ? 'failed' : 'running'])
      expect(bad.backfillId === null).toBe(reprocess === 'none')
      expect(d.bothSnapshots().folded).toEqual(d.bothSnapshots().working)
    }
  })
  it('a dry run lists the dates and changes nothing', () => {
    const d = started()
    const before = d.events.length
    expect(fill(d, { dryRun: true })).toEqual({ backfillId: null, dates: [1, 2, 3, 4, 5].map(day) })
    expect(d.events.slice(before).map((e) => e.type)).toEqual(['CommandAnswered'])
  })
  it('can be paused and resumed', () => {
    const d = started()
    const { backfillId } = fill(d, { maxActiveRuns: 1 })
    d.ask('x', 'pause_backfill', { backfillId })
    for (const run of runsOf(d)) d.succeed(run, 'a')
    expect(dates(runsOf(d))).toEqual([1])
    d.ask('x', 'resume_backfill', { backfillId })
    expect(dates(runsOf(d))).toEqual([1, 2])
  })
  it('can be cancelled: what runs goes on, nothing new is made', () => {
    const d = started()
    const { backfillId } = fill(d, { maxActiveRuns: 2 })
    d.ask('x', 'cancel_backfill', { backfillId })
    for (const run of runsOf(d)) d.succeed(run, 'a')
    expect(runsOf(d).map((run) => run.state)).toEqual(['success', 'success'])
    expect(of(d, backfillId)?.state).toBe('cancelled')
    expect(() => d.ask('x', 'resume_backfill', { backfillId })).toThrow('is over (cancelled)')
  })
  it('cancelled while its DAG is paused: runs that have not begun fail', () => {
    const d = started()
    const bad = d.trigger('x', { logicalDate: day(1) })
    d.fail(bad, 'a')
    const { backfillId } = fill(d, { maxActiveRuns: 1, reprocess: 'failed' })
    d.command({ dagId: 'x', kind: 'set_paused', paused: true })
    d.succeed(bad, 'a')
    d.ask('x', 'clear', { runId: bad.runId })
    expect(bad.state).toBe('queued')
    d.ask('x', 'cancel_backfill', { backfillId })
    expect(bad.state).toBe('failed')
  })
  it('reports progress as it takes dates up', () => {
    const d = started()
    fill(d, { maxActiveRuns: 2 })
    for (let i = 0; i < 5; i++) for (const run of runsOf(d)) if (run.state === 'running') d.succeed(run, 'a')
    const told = d.events.flatMap((e) => (e.type === 'BackfillStateChanged' ? [[e.state, e.next]] : []))
    expect(told).toEqual([
      ['running', 2],
      ['running', 3],
      ['running', 4],
      ['running', 5],
      ['finished', 5],
    ])
  })
  it('a long one of runs that end at once is made in lots, with nothing left out', () => {
    const d = unpaused({ ...daily, startDate: '2025-01-01T00:00:00Z', tasks: [{ taskId: 'a', operator: 'empty' }] }, '2026-01-09T12:00:00Z')
    const { backfillId } = d.ask('x', 'create_backfill', { from: at('2025-01-01T00:00:00Z'), to: at('2025-12-31T00:00:00Z'), maxActiveRuns: 16 })
    for (let made = d.give({ kind: 'time' }); made.length > 0; ) made = d.give({ kind: 'time' })
    expect(of(d, backfillId)).toMatchObject({ state: 'finished', next: 365 })
    expect(runsOf(d).length).toBe(365)
  })
  it('is refused: no calendar, the future, a second one under way, newest first with tasks that depend on the past, a conf that does not fit', () => {
    const d = columnDriver('2026-01-09T12:00:00Z')
    const why = (more = {}) => {
      try {
        return fill(d, more)
      } catch (thrown) {
        return String(thrown)
      }
    }
    d.adopt({ ...daily, schedule: null })
    expect(why()).toContain('has no calendar')
    d.adopt({ ...daily, params: { n: { type: 'integer', default: 1 } }, tasks: [work('a', [], { dependsOnPast: true })] }, 'v2')
    expect(why({ to: day(20) })).toContain('in the future')
    expect(why({ from: day(6) })).toContain('before the first')
    expect(why({ newestFirst: true })).toContain('newest first')
    expect(why({ conf: '{"n":"x"}' })).toContain('bad_conf')
    fill(d)
    expect(why()).toContain('under way')
    expect(() => d.ask('x', 'pause_backfill', { backfillId: 'no' })).toThrow('backfill_not_found')
  })
  it('follows duration schedules from their anchor, trigger timetables and startDate', () => {
    const made = (more: object) => (fill(started(more)).dates as number[]).map((ms) => new Date(ms).toISOString().slice(5, 16))
    expect(made({ schedule: '36h', startDate: '2026-01-01T06:00:00Z' })).toEqual(['01-01T06:00', '01-02T18:00', '01-04T06:00'])
    expect(made({ dataIntervals: false })).toEqual(['01-01T00:00', '01-02T00:00', '01-03T00:00', '01-04T00:00', '01-05T00:00'])
    expect(made({ startDate: '2026-01-03T00:00:00Z' })).toEqual(['01-03T00:00', '01-04T00:00', '01-05T00:00'])
  })
})
