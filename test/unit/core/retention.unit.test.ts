import { describe, expect, it } from 'vitest'
import type { Run } from '../../../services/core/column-state.ts'
import { nextDueAt } from '../../../services/core/decide.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { copyOf } from '../../../services/core/snapshot.ts'
import { at, type ColumnDriver, unpaused, work } from '../../support/column-driver.ts'

const quick = (more: object) => ({ dagId: 'x', tasks: [{ taskId: 'e', operator: 'empty' }], ...more })
const ids = (d: ColumnDriver): string[] => [...d.dag('x').archived.keys(), ...d.dag('x').runs.keys()]
const make = (d: ColumnDriver, count: number): Run[] => Array.from({ length: count }, (_, i) => d.trigger('x', { runId: `r${d.events.length}-${i}` }))
const forgotten = (d: ColumnDriver): string[] => d.events.flatMap((event) => (event.type === 'RunForgotten' ? [event.runId] : []))
const dayMs = 86_400_000

describe('keepRuns', () => {
  it('a number: finished runs beyond it go, oldest first, in memory or archived', () => {
    const d = unpaused(quick({ keepRuns: 3 }))
    const runs = make(d, 5)
    expect(ids(d)).toEqual(runs.slice(2).map(({ runId }) => runId))
    const e = unpaused(quick({ keepRuns: 30 }))
    const more = make(e, 29)
    for (const run of more.slice(0, 4)) e.archive(run)
    const last = make(e, 3)
    expect(forgotten(e)).toEqual(more.slice(0, 2).map(({ runId }) => runId))
    expect(ids(e)).toEqual([...more.slice(2), ...last].map(({ runId }) => runId))
    expect(e.bothSnapshots().working).toEqual(e.bothSnapshots().folded)
  })
  it('runs that are under way are not counted, and never go', () => {
    const d = unpaused({ dagId: 'x', keepRuns: 1, tasks: [work('a')] })
    const [first, second, third] = make(d, 3)
    expect(ids(d)).toHaveLength(3)
    if (second) d.succeed(second, 'a')
    if (first) d.succeed(first, 'a')
    expect(ids(d)).toEqual([first?.runId, third?.runId])
  })
  it('an age: they go when it has come, without another run', () => {
    const d = unpaused(quick({ keepRuns: '7d' }))
    const [early] = make(d, 1)
    d.wait(dayMs)
    const [late] = make(d, 1)
    d.archive(early as Run)
    expect(nextDueAt(copyOf(d.column))).toBe(d.now + 6 * dayMs)
    d.wait(6 * dayMs - 1)
    expect(ids(d)).toEqual([early?.runId, late?.runId])
    d.wait(1)
    expect(ids(d)).toEqual([late?.runId])
    expect(nextDueAt(d.column)).toBe(d.now + dayMs)
    d.wait(dayMs)
    expect(ids(d)).toEqual([])
    expect(d.bothSnapshots().working).toEqual(d.bothSnapshots().folded)
  })
  it('identity ends with history: its id and its logical date are free again', () => {
    const d = unpaused(quick({ keepRuns: 1 }))
    const logicalDate = at('2026-01-01T00:00:00Z')
    d.trigger('x', { runId: 'same', logicalDate })
    expect(() => d.trigger('x', { runId: 'same', logicalDate })).toThrow('already')
    make(d, 1)
    expect(d.trigger('x', { runId: 'same', logicalDate })).toMatchObject({ state: 'success' })
  })
  it('a new version that keeps less drops the rest, in lots', () => {
    const d = unpaused(quick({}))
    make(d, 700)
    d.adopt(quick({ keepRuns: 2 }), 'v2')
    expect(ids(d)).toHaveLength(200)
    d.wait(0)
    expect(ids(d)).toHaveLength(2)
    expect(nextDueAt(d.column)).toBe(null)
  })
  it('a stream of runs leaves nothing behind but what is kept', () => {
    const d = unpaused(quick({ keepRuns: 50 }))
    for (let i = 0; i < 2000; i++) {
      const run = d.trigger('x', { withoutLogicalDate: i % 2 === 0 })
      if (i % 3 === 0) d.archive(run)
    }
    const dag = d.dag('x')
    expect(dag.runs.size + dag.archived.size).toBe(50)
    expect(dag.finished.size + dag.archived.size).toBe(50)
    expect(dag.byLogicalDate.size).toBe(dag.dates.length)
    expect(dag.dates.length).toBeLessThanOrEqual(50)
    expect(d.column.timers.size).toBeLessThan(5)
  })
  it('what is no number of runs and no age is refused with the place', () => {
    for (const keepRuns of [0, -1, 1.5, 200_000, 'seven days', '0d', null]) {
      expect(normalDag(quick({ keepRuns }))).toMatchObject({
        ok: false,
        problems: [{ path: 'keepRuns', message: expect.stringContaining("an age such as '7d'") }],
      })
    }
  })
})
