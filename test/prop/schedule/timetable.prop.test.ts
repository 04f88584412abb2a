import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunWindow } from '../../../schemas/generated/records.ts'
import type { Schedule } from '../../../services/core/dag.ts'
import { nextWindow, type Timed } from '../../../services/core/schedule/timetable.ts'
import { propRuns } from '../../support/prop-runs.ts'

const runs = propRuns(300)
const hourMs = 3_600_000
const earliest = Date.UTC(2025, 0, 1)
const latest = Date.UTC(2027, 0, 1)

const anyText = fc.constantFrom('0 0 * * *', '30 2 * * *', '0 * * * *', '*/20 1-3 * * *', '0 9 * * 1-5', '0 0 1 * *', '15 1 * * 1#2', '0 12 L * *')
const anyCalendar = (dataIntervals: boolean): fc.Arbitrary<Schedule> =>
  fc.oneof(
    fc.array(anyText, { minLength: 1, maxLength: 3 }).map((crons) => ({ kind: 'cron' as const, crons, dataIntervals })),
    fc.integer({ min: 60_000, max: 100 * hourMs }).map((everyMs) => ({ kind: 'duration' as const, everyMs, dataIntervals })),
  )
const anyZone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata')
const anyTime = fc.integer({ min: earliest, max: latest })
const timed = (schedule: fc.Arbitrary<Schedule>, catchup: fc.Arbitrary<boolean>): fc.Arbitrary<Timed & { startDate: number }> =>
  fc.record({ schedule, timezone: anyZone, startDate: anyTime, endDate: fc.option(anyTime), catchup })

/** Windows one after the other, as a scheduler that keeps up would make them. */
const iterate = (dag: Timed, from: number, count: number): RunWindow[] => {
  const windows: RunWindow[] = []
  let now = from
  for (let next = nextWindow(dag, null, now); next && windows.length < count; next = nextWindow(dag, windows.at(-1) ?? null, now)) {
    windows.push(next)
    now = Math.max(now, next.runAfter)
  }
  return windows
}

describe('SEMANTICS 4: laws of timetables', () => {
  test('with catchup, intervals are contiguous, do not overlap, and lie inside startDate and endDate', () => {
    fc.assert(
      fc.property(timed(anyCalendar(true), fc.constant(true)), anyTime, (dag, now) => {
        const windows = iterate(dag, now, 12)
        for (const [i, window] of windows.entries()) {
          expect(window.logicalDate).toBe(window.dataIntervalStart)
          expect(window.dataIntervalEnd).toBeGreaterThan(window.dataIntervalStart)
          expect(window.runAfter).toBe(window.dataIntervalEnd)
          if (i > 0) expect(window.dataIntervalStart).toBe(windows[i - 1]?.dataIntervalEnd)
          expect(window.logicalDate).toBeGreaterThanOrEqual(dag.startDate)
          expect(window.logicalDate).toBeLessThanOrEqual(dag.endDate ?? Number.POSITIVE_INFINITY)
        }
      }),
      runs,
    )
  })

  test('with catchup, it does not matter when one looks', () => {
    fc.assert(
      fc.property(timed(fc.boolean().chain(anyCalendar), fc.constant(true)), anyTime, anyTime, (dag, now, later) => {
        expect(iterate(dag, now, 6)).toEqual(iterate(dag, later, 6))
      }),
      runs,
    )
  })

  test('without catchup, a run that is due is the latest one: the run behind it is still to come', () => {
    fc.assert(
      fc.property(timed(fc.boolean().chain(anyCalendar), fc.constant(false)), anyTime, (dag, now) => {
        const next = nextWindow(dag, null, now)
        if (!next || next.runAfter > now) return
        const behind = nextWindow({ ...dag, endDate: null }, next, now)
        expect(behind?.runAfter).toBeGreaterThan(now)
        expect(behind?.logicalDate).toBeGreaterThan(next.logicalDate)
      }),
      runs,
    )
  })

  test('a planned run that comes due is still the answer when it is asked for again then, even a little late', () => {
    const anySchedule = fc.oneof(
      fc.boolean().chain(anyCalendar),
      // Whole minutes: of two dates that come due before one looks, the later one is right.
      fc.array(anyTime, { maxLength: 5 }).map((dates) => ({ kind: 'dates' as const, dates: dates.map((date) => date - (date % 60_000)) })),
    )
    const anyDag = fc.record({
      schedule: anySchedule,
      timezone: anyZone,
      startDate: fc.option(anyTime),
      endDate: fc.constant(null),
      catchup: fc.constant(false),
    })
    fc.assert(
      fc.property(anyDag, anyTime, fc.integer({ min: 0, max: 59_000 }), (dag, now, lateMs) => {
        const planned = nextWindow(dag, null, now)
        if (!planned || planned.runAfter < now) return
        expect(nextWindow(dag, null, planned.runAfter + lateMs)).toEqual(planned)
      }),
      runs,
    )
  })

  test('logical dates only go up, whenever one looks', () => {
    fc.assert(
      fc.property(
        timed(fc.boolean().chain(anyCalendar), fc.boolean()),
        anyTime,
        fc.array(fc.integer({ min: 0, max: 90 * 24 * hourMs }), { maxLength: 8 }),
        (dag, from, waits) => {
          let now = from
          let last: RunWindow | null = null
          for (const wait of waits) {
            const next: RunWindow | null = nextWindow(dag, last, now)
            if (next && last) expect(next.logicalDate).toBeGreaterThan(last.logicalDate)
            last = next ?? last
            now += wait
          }
        },
      ),
      runs,
    )
  })
})
