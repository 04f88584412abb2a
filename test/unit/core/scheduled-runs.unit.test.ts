import { describe, expect, it } from 'vitest'
import { at, columnDriver } from '../../support/column-driver.ts'

const hourly = { dagId: 'h', schedule: '@hourly', startDate: '2026-01-10T00:00:00Z', tasks: [{ taskId: 'a', operator: 'empty' }] }
const runIds = (d: ReturnType<typeof columnDriver>, dagId = 'h') => [...d.dag(dagId).runs.keys()]

describe('scheduled runs', () => {
  it('without catchup only the latest complete interval is run on unpausing, then one at each fire', () => {
    const d = columnDriver('2026-01-10T12:30:00Z')
    d.adopt(hourly)
    expect(runIds(d)).toEqual([])
    d.unpause('h')
    expect(runIds(d)).toEqual(['scheduled__2026-01-10T12:00:00+00:00'])
    expect(d.dag('h').runs.get('scheduled__2026-01-10T12:00:00+00:00')).toMatchObject({ logicalDate: at('2026-01-10T11:00:00Z'), state: 'success' })
    d.wait(30 * 60_000)
    expect(runIds(d)).toEqual(['scheduled__2026-01-10T12:00:00+00:00', 'scheduled__2026-01-10T13:00:00+00:00'])
  })

  it('a machine that was off without catchup makes the latest interval alone', () => {
    const d = columnDriver('2026-01-10T12:30:00Z')
    d.adopt(hourly)
    d.unpause('h')
    d.wait(8 * 86_400_000)
    expect(runIds(d)).toEqual(['scheduled__2026-01-10T12:00:00+00:00', 'scheduled__2026-01-18T12:00:00+00:00'])
  })

  it('catchup makes one run for each missed interval, oldest first, within maxActiveRuns', () => {
    const d = columnDriver('2026-01-10T04:10:00Z')
    d.adopt({ ...hourly, catchup: true, maxActiveRuns: 2, tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'true' } }] })
    d.unpause('h')
    expect(runIds(d)).toEqual(['scheduled__2026-01-10T01:00:00+00:00', 'scheduled__2026-01-10T02:00:00+00:00'])
    for (const run of d.dag('h').runs.values()) d.succeed(run, 'a')
    expect(runIds(d).length).toBe(4)
    expect(d.dag('h').next?.runAfter).toBe(at('2026-01-10T05:00:00Z'))
  })

  it('a long catchup of runs that end at once is made in lots, with nothing left out', () => {
    const d = columnDriver('2026-01-20T00:00:00Z')
    d.adopt({ ...hourly, catchup: true })
    d.unpause('h')
    expect(runIds(d).length).toBe(100)
    let made = d.give({ kind: 'time' })
    while (made.length > 0) made = d.give({ kind: 'time' })
    expect(runIds(d).length).toBe(240)
  })

  it('a manual run on a date of the schedule takes its place', () => {
    const d = columnDriver('2026-01-10T00:30:00Z')
    d.adopt({ ...hourly, catchup: true })
    d.unpause('h')
    d.trigger('h', { logicalDate: at('2026-01-10T00:00:00Z'), runAfter: d.now })
    d.wait(3_600_000)
    d.wait(3_600_000)
    expect([...d.dag('h').runs.values()].map((r) => [r.runType, r.logicalDate])).toEqual([
      ['manual', at('2026-01-10T00:00:00Z')],
      ['scheduled', at('2026-01-10T01:00:00Z')],
    ])
  })

  it('@continuous: the next run covers what passed since the last one', () => {
    const d = columnDriver('2026-01-10T12:00:00Z')
    d.adopt({ dagId: 'c', schedule: '@continuous', maxActiveRuns: 1, tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'true' } }] })
    d.unpause('c')
    const [first] = d.dag('c').runs.values()
    d.now += 60_000
    if (first) d.succeed(first, 'a')
    d.wait(10)
    const second = [...d.dag('c').runs.values()][1]
    // The first run's interval was empty: two runs cannot have one logical date.
    expect(second).toMatchObject({ state: 'running', dataIntervalStart: (first?.dataIntervalEnd ?? 0) + 1 })
    expect(second?.dataIntervalEnd).toBeGreaterThanOrEqual(d.now - 10)
  })

  it('ends with endDate', () => {
    const d = columnDriver('2026-01-20T00:00:00Z')
    d.adopt({ ...hourly, catchup: true, endDate: '2026-01-10T05:00:00Z' })
    d.unpause('h')
    expect(runIds(d).length).toBe(6)
    expect(d.dag('h').next).toBeNull()
  })

  it('a new version with another schedule is planned anew', () => {
    const d = columnDriver('2026-01-10T12:30:00Z')
    d.adopt(hourly)
    d.unpause('h')
    d.adopt({ ...hourly, schedule: '0 15 * * *' }, 'v2')
    // The interval from 15:00 on the 9th begins before startDate.
    expect(d.dag('h').next?.runAfter).toBe(at('2026-01-11T15:00:00Z'))
  })
})

describe('the journal', () => {
  it('folded, gives the column that decided', () => {
    const d = columnDriver('2026-01-10T12:30:00Z')
    d.adopt({
      ...hourly,
      tasks: [
        { taskId: 'a', operator: 'bash', args: { command: 'true' }, retries: 1 },
        { taskId: 'b', operator: 'bash', args: { command: 'true' }, upstream: ['a'] },
      ],
    })
    d.unpause('h')
    const run = d.trigger('h')
    d.start(run, 'a')
    d.fail(run, 'a')
    d.wait(300_000)
    d.succeed(run, 'a', [1, 2])
    const { working, folded } = d.bothSnapshots()
    expect(folded).toEqual(working)
  })
})
