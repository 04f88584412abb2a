import { describe, expect, test } from 'vitest'
import type { RunWindow } from '../../../schemas/generated/records.ts'
import type { Schedule } from '../../../services/core/dag.ts'
import { intervalFor, nextWindow, type Timed } from '../../../services/core/schedule/timetable.ts'

const at = (text: string): number => Date.parse(text.length === 10 ? `${text}T00:00Z` : `${text}Z`)
const short = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace(/T00:00:00.000Z$/, '')
    .replace(/:00.000Z$/, '')
const said = (window: RunWindow | null): string | null =>
  window && `${short(window.logicalDate)}: [${short(window.dataIntervalStart)}, ${short(window.dataIntervalEnd)}) after ${short(window.runAfter)}`

const cron = (text: string, dataIntervals = true): Schedule => ({ kind: 'cron', crons: text.split(' | '), dataIntervals })
const every = (everyMs: number, dataIntervals = true): Schedule => ({ kind: 'duration', everyMs, dataIntervals })
const dates = (...texts: string[]): Schedule => ({ kind: 'dates', dates: texts.map(at) })

const dag = (schedule: Schedule, options: { start?: string; end?: string; catchup?: boolean; zone?: string } = {}): Timed => ({
  schedule,
  timezone: options.zone ?? 'UTC',
  startDate: options.start === undefined ? null : at(options.start),
  endDate: options.end === undefined ? null : at(options.end),
  catchup: options.catchup ?? false,
})
const window = (start: string, end: string): RunWindow => ({
  logicalDate: at(start),
  dataIntervalStart: at(start),
  dataIntervalEnd: at(end),
  runAfter: at(end),
})

/** What a scheduler makes up to an instant when it looks at once whenever a run comes due. */
const runsUpTo = (timed: Timed, since: string, until: string): (string | null)[] => {
  const made: (string | null)[] = []
  let last: RunWindow | null = null
  let now = at(since)
  for (let next = nextWindow(timed, last, now); next && next.runAfter <= at(until) && made.length < 50; next = nextWindow(timed, last, now)) {
    made.push(said(next))
    last = next
    now = Math.max(now, next.runAfter)
  }
  return made
}

const day = cron('0 0 * * *')
const hourMs = 3_600_000

describe('SEMANTICS 4: interval timetables', () => {
  test('a run covers [start, end), is named by its start and fires at its end', () => {
    expect(runsUpTo(dag(day, { start: '2026-01-01', catchup: true }), '2026-01-01', '2026-01-03')).toEqual([
      '2026-01-01: [2026-01-01, 2026-01-02) after 2026-01-02',
      '2026-01-02: [2026-01-02, 2026-01-03) after 2026-01-03',
    ])
  })

  test.each<[string, Timed, RunWindow | null, string, string | null]>([
    [
      'catchup: the oldest missed one first',
      dag(day, { start: '2022-01-01', catchup: true }),
      null,
      '2026-01-10T12:00',
      '2022-01-01: [2022-01-01, 2022-01-02) after 2022-01-02',
    ],
    [
      'catchup: the one behind the last',
      dag(day, { start: '2022-01-01', catchup: true }),
      window('2022-01-01', '2022-01-02'),
      '2026-01-10',
      '2022-01-02: [2022-01-02, 2022-01-03) after 2022-01-03',
    ],
    ['catchup without startDate makes none', dag(day, { catchup: true }), null, '2026-01-10', null],
    [
      'startDate between two fires: the next one',
      dag(day, { start: '2026-01-01T10:00', catchup: true }),
      null,
      '2026-01-10',
      '2026-01-02: [2026-01-02, 2026-01-03) after 2026-01-03',
    ],
    [
      'no catchup: only the latest complete interval',
      dag(day, { start: '2022-01-01' }),
      null,
      '2026-01-10T12:00',
      '2026-01-09: [2026-01-09, 2026-01-10) after 2026-01-10',
    ],
    [
      'no catchup: complete at this very instant',
      dag(day, { start: '2022-01-01' }),
      null,
      '2026-01-10',
      '2026-01-09: [2026-01-09, 2026-01-10) after 2026-01-10',
    ],
    [
      'no catchup, after a gap',
      dag(day, { start: '2022-01-01' }),
      window('2026-01-02', '2026-01-03'),
      '2026-01-10T12:00',
      '2026-01-09: [2026-01-09, 2026-01-10) after 2026-01-10',
    ],
    [
      'no catchup, no gap',
      dag(day, { start: '2022-01-01' }),
      window('2026-01-09', '2026-01-10'),
      '2026-01-10T12:00',
      '2026-01-10: [2026-01-10, 2026-01-11) after 2026-01-11',
    ],
    ['no catchup, no startDate', dag(day), null, '2026-01-10T12:00', '2026-01-09: [2026-01-09, 2026-01-10) after 2026-01-10'],
    [
      'no catchup, startDate today: not before its interval ends',
      dag(day, { start: '2026-01-10' }),
      null,
      '2026-01-10T12:00',
      '2026-01-10: [2026-01-10, 2026-01-11) after 2026-01-11',
    ],
    ['startDate to come', dag(day, { start: '2026-02-01' }), null, '2026-01-10', '2026-02-01: [2026-02-01, 2026-02-02) after 2026-02-02'],
    [
      'startDate moved ahead',
      dag(day, { start: '2026-02-01', catchup: true }),
      window('2026-01-01', '2026-01-02'),
      '2026-01-10',
      '2026-02-01: [2026-02-01, 2026-02-02) after 2026-02-02',
    ],
    [
      'endDate is inclusive',
      dag(day, { start: '2026-01-01', end: '2026-01-05', catchup: true }),
      window('2026-01-04', '2026-01-05'),
      '2026-01-10',
      '2026-01-05: [2026-01-05, 2026-01-06) after 2026-01-06',
    ],
    ['behind endDate', dag(day, { start: '2026-01-01', end: '2026-01-05', catchup: true }), window('2026-01-05', '2026-01-06'), '2026-01-10', null],
    ['no catchup, all over', dag(day, { start: '2026-01-01', end: '2026-01-05' }), null, '2026-01-10', null],
    [
      'a schedule that changed: the interval that holds the last end',
      dag(day, { start: '2026-01-01', catchup: true }),
      window('2026-01-05T09:00', '2026-01-05T10:00'),
      '2026-01-10',
      '2026-01-05: [2026-01-05, 2026-01-06) after 2026-01-06',
    ],
    [
      'in a zone',
      dag(day, { start: '2026-03-27T23:00', catchup: true, zone: 'Europe/Berlin' }),
      window('2026-03-27T23:00', '2026-03-28T23:00'),
      '2026-04-01',
      '2026-03-28T23:00: [2026-03-28T23:00, 2026-03-29T22:00) after 2026-03-29T22:00',
    ],
    [
      'several crons: from fire to fire',
      dag(cron('0 9 * * * | 0 17 * * *'), { start: '2026-01-01', catchup: true }),
      window('2026-01-01T09:00', '2026-01-01T17:00'),
      '2026-01-10',
      '2026-01-01T17:00: [2026-01-01T17:00, 2026-01-02T09:00) after 2026-01-02T09:00',
    ],
    [
      'duration: elapsed time from startDate',
      dag(every(36 * hourMs), { start: '2026-01-01T06:00', catchup: true }),
      null,
      '2026-01-10',
      '2026-01-01T06:00: [2026-01-01T06:00, 2026-01-02T18:00) after 2026-01-02T18:00',
    ],
    [
      'duration, no catchup: the latest complete on that grid',
      dag(every(36 * hourMs), { start: '2026-01-01T06:00' }),
      null,
      '2026-01-06T07:00',
      '2026-01-04T06:00: [2026-01-04T06:00, 2026-01-05T18:00) after 2026-01-05T18:00',
    ],
    [
      'duration knows no daylight saving',
      dag(every(24 * hourMs), { start: '2026-03-27T23:00', catchup: true, zone: 'Europe/Berlin' }),
      window('2026-03-28T23:00', '2026-03-29T23:00'),
      '2026-04-10',
      '2026-03-29T23:00: [2026-03-29T23:00, 2026-03-30T23:00) after 2026-03-30T23:00',
    ],
    [
      'duration without startDate: whole multiples since the epoch',
      dag(every(hourMs)),
      null,
      '2026-01-01T05:30',
      '2026-01-01T04:00: [2026-01-01T04:00, 2026-01-01T05:00) after 2026-01-01T05:00',
    ],
  ])('%s', (_, timed, last, now, expected) => {
    expect(said(nextWindow(timed, last, at(now)))).toBe(expected)
  })
})

describe('SEMANTICS 4: trigger timetables', () => {
  const trigger = cron('0 0 * * *', false)
  const hourly = cron('0 * * * *', false)
  const point = (text: string): string => `${text}: [${text}, ${text}) after ${text}`

  test.each<[string, Timed, RunWindow | null, string, string | null]>([
    ['start = end = logical date = the fire', dag(trigger, { start: '2026-01-01', catchup: true }), null, '2026-01-10', point('2026-01-01')],
    ['catchup: oldest first', dag(trigger, { start: '2026-01-01', catchup: true }), window('2026-01-01', '2026-01-01'), '2026-01-10', point('2026-01-02')],
    ['no catchup: the latest fire', dag(trigger, { start: '2026-01-01' }), null, '2026-01-10T12:00', point('2026-01-10')],
    ['no catchup, after a gap', dag(trigger, { start: '2026-01-01' }), window('2026-01-03', '2026-01-03'), '2026-01-10T12:00', point('2026-01-10')],
    ['no catchup, no gap', dag(trigger, { start: '2026-01-01' }), window('2026-01-10', '2026-01-10'), '2026-01-10T12:00', point('2026-01-11')],
    ['new, no startDate: waits for the next fire', dag(hourly), null, '2026-01-10T12:30', point('2026-01-10T13:00')],
    ['new, no startDate: takes the one that has just passed', dag(hourly), null, '2026-01-10T13:00:02', point('2026-01-10T13:00')],
    ['startDate moved ahead', dag(trigger, { start: '2026-02-01', catchup: true }), window('2026-01-03', '2026-01-03'), '2026-01-10', point('2026-02-01')],
    [
      'endDate is inclusive',
      dag(trigger, { start: '2026-01-01', end: '2026-01-05', catchup: true }),
      window('2026-01-04', '2026-01-04'),
      '2026-01-10',
      point('2026-01-05'),
    ],
    ['behind endDate', dag(trigger, { start: '2026-01-01', end: '2026-01-05', catchup: true }), window('2026-01-05', '2026-01-05'), '2026-01-10', null],
    [
      'several crons: the earliest',
      dag(cron('0 9 * * * | 30 8 * * *', false), { start: '2026-01-01', catchup: true }),
      null,
      '2026-01-10',
      point('2026-01-01T08:30'),
    ],
    [
      'several crons that fire together fire once',
      dag(cron('0 9 * * * | 0 9 * * 1-5', false), { start: '2026-01-01', catchup: true }),
      window('2026-01-01T09:00', '2026-01-01T09:00'),
      '2026-01-10',
      point('2026-01-02T09:00'),
    ],
    [
      'duration',
      dag(every(hourMs, false), { start: '2026-01-01T00:30', catchup: true }),
      window('2026-01-01T00:30', '2026-01-01T00:30'),
      '2026-01-10',
      point('2026-01-01T01:30'),
    ],
    [
      'dates: in order, whatever order they are written in',
      dag(dates('2026-03-01', '2026-01-05', '2026-02-01'), { start: '2026-01-01', catchup: true }),
      null,
      '2026-06-01',
      point('2026-01-05'),
    ],
    [
      'dates: the one behind the last',
      dag(dates('2026-03-01', '2026-01-05', '2026-02-01'), { start: '2026-01-01', catchup: true }),
      window('2026-02-01', '2026-02-01'),
      '2026-06-01',
      point('2026-03-01'),
    ],
    ['dates: all done', dag(dates('2026-03-01'), { start: '2026-01-01', catchup: true }), window('2026-03-01', '2026-03-01'), '2026-06-01', null],
    ['dates: none is left behind startDate', dag(dates('2026-03-01'), { start: '2026-04-01' }), null, '2026-06-01', null],
    [
      'dates, no catchup: the latest, then those to come',
      dag(dates('2026-01-05', '2026-02-01', '2026-03-01')),
      window('2026-01-05', '2026-01-05'),
      '2026-02-10',
      point('2026-02-01'),
    ],
    ['dates, new, no startDate: those to come', dag(dates('2026-01-05', '2026-03-01')), null, '2026-02-10', point('2026-03-01')],
    ['dates: an empty list', dag(dates()), null, '2026-02-10', null],
  ])('%s', (_, timed, last, now, expected) => {
    expect(said(nextWindow(timed, last, at(now)))).toBe(expected)
  })
})

describe('SEMANTICS 4: none, once, continuous', () => {
  test('none makes none', () => {
    expect(nextWindow(dag({ kind: 'none' }, { start: '2026-01-01', catchup: true }), null, at('2026-01-10'))).toBeNull()
  })

  test.each<[string, Timed, RunWindow | null, string | null]>([
    ['at startDate', dag({ kind: 'once' }, { start: '2026-01-01' }), null, '2026-01-01: [2026-01-01, 2026-01-01) after 2026-01-01'],
    ['at once without one', dag({ kind: 'once' }), null, '2026-01-10: [2026-01-10, 2026-01-10) after 2026-01-10'],
    ['never again', dag({ kind: 'once' }, { start: '2026-01-01' }), window('2026-01-01', '2026-01-01'), null],
    ['not behind endDate', dag({ kind: 'once' }, { start: '2026-01-03', end: '2026-01-02' }), null, null],
  ])('once: %s', (_, timed, last, expected) => {
    expect(said(nextWindow(timed, last, at('2026-01-10')))).toBe(expected)
  })

  test('continuous: each run covers what passed since the one before', () => {
    const timed = dag({ kind: 'continuous' }, { start: '2026-01-01', end: '2026-01-12' })
    const first = nextWindow(timed, null, at('2026-01-10'))
    expect(said(first)).toBe('2026-01-01: [2026-01-01, 2026-01-10) after 2026-01-10')
    const second = nextWindow(timed, first, at('2026-01-10T00:05'))
    expect(said(second)).toBe('2026-01-10: [2026-01-10, 2026-01-10T00:05) after 2026-01-10T00:05')
    expect(nextWindow(timed, window('2026-01-12', '2026-01-13'), at('2026-01-13'))).toBeNull()
  })

  test('continuous: no two runs share a logical date, even when the first one covers nothing', () => {
    const timed = dag({ kind: 'continuous' })
    const now = at('2026-01-10')
    const first = nextWindow(timed, null, now)
    const second = nextWindow(timed, first, now)
    expect(first?.logicalDate).toBe(now)
    expect(second?.logicalDate).toBe(now + 1)
    expect(second?.dataIntervalEnd).toBeGreaterThanOrEqual(second?.dataIntervalStart ?? Number.NaN)
  })

  test('continuous: waits for a startDate to come', () => {
    expect(said(nextWindow(dag({ kind: 'continuous' }, { start: '2026-02-01' }), null, at('2026-01-10')))).toBe(
      '2026-02-01: [2026-02-01, 2026-02-01) after 2026-02-01',
    )
  })
})

describe('data interval of a manual run', () => {
  test.each<[string, Schedule, string, string, string]>([
    ['cron: the last complete one', day, '2026-01-10T12:00', '2026-01-09', '2026-01-10'],
    ['cron: complete at this very instant', day, '2026-01-10', '2026-01-09', '2026-01-10'],
    ['duration: the time just before', every(hourMs), '2026-01-10T12:34', '2026-01-10T11:34', '2026-01-10T12:34'],
    ['trigger: nothing', cron('0 0 * * *', false), '2026-01-10T12:00', '2026-01-10T12:00', '2026-01-10T12:00'],
    ['dates: nothing', dates('2026-01-01'), '2026-01-10T12:00', '2026-01-10T12:00', '2026-01-10T12:00'],
    ['none: nothing', { kind: 'none' }, '2026-01-10T12:00', '2026-01-10T12:00', '2026-01-10T12:00'],
  ])('%s', (_, schedule, logicalDate, start, end) => {
    expect(intervalFor({ schedule, timezone: 'UTC', startDate: null }, at(logicalDate))).toEqual({ start: at(start), end: at(end) })
  })
})
