import { describe, expect, test } from 'vitest'
import { nextFire, previousFire } from '../../../services/core/schedule/cron-next.ts'

const minute = (ms: number): string => new Date(ms).toISOString().slice(0, 16)

/** The next `count` fires; each is also the one that `previousFire` finds there, and just before the next. */
const fires = (cron: string, zone: string, from: string, count: number): string[] => {
  const found: string[] = []
  let at = Date.parse(from)
  for (let i = 0; i < count; i++) {
    const next = nextFire(cron, zone, at)
    expect(previousFire(cron, zone, next)).toBe(next)
    if (i > 0) expect(previousFire(cron, zone, next - 1)).toBe(at)
    at = next
    found.push(minute(at))
  }
  return found
}

describe('SEMANTICS 4: daylight saving', () => {
  test.each([
    [
      'a time that does not exist moves forward by the gap',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-27T12:00Z',
      ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'],
    ],
    [
      'a time that happens twice fires the second time',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-23T12:00Z',
      ['2026-10-24T00:30', '2026-10-25T01:30', '2026-10-26T01:30'],
    ],
    ['also between its two times', '30 2 * * *', 'Europe/Berlin', '2026-10-25T00:45Z', ['2026-10-25T01:30']],
    [
      'every hour: twice in a repeated hour',
      '30 * * * *',
      'Europe/Berlin',
      '2026-10-24T23:00Z',
      ['2026-10-24T23:30', '2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
    ],
    ['every hour: never in a skipped one', '30 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', ['2026-03-29T00:30', '2026-03-29T01:30', '2026-03-29T02:30']],
    ['*/1 is every hour', '30 */1 * * *', 'Europe/Berlin', '2026-10-24T23:45Z', ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30']],
    ['0-23 is every hour', '30 0-23 * * *', 'Europe/Berlin', '2026-10-24T23:45Z', ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30']],
    ['a gap of half an hour', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T20:00Z', ['2026-10-03T15:45', '2026-10-04T15:15']],
    ['New York, back', '30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', ['2026-11-01T06:30', '2026-11-02T06:30']],
    ['New York, forward', '30 2 * * *', 'America/New_York', '2026-03-07T12:00Z', ['2026-03-08T07:30', '2026-03-09T06:30']],
    ['a gap at midnight', '0 0 * * *', 'America/Santiago', '2026-09-05T12:00Z', ['2026-09-06T04:00', '2026-09-07T03:00']],
    [
      'a day that was left out fires with the one behind it',
      '0 12 * * *',
      'Pacific/Apia',
      '2011-12-28T23:00Z',
      ['2011-12-29T22:00', '2011-12-30T22:00', '2011-12-31T22:00'],
    ],
    ['no daylight saving', '0 9 * * *', 'Asia/Seoul', '2026-03-01T00:30Z', ['2026-03-02T00:00', '2026-03-03T00:00']],
  ])('%s', (_, cron, zone, from, expected) => {
    expect(fires(cron, zone, from, expected.length)).toEqual(expected)
  })
})

describe('crons', () => {
  test.each([
    ['last day of the month', '0 0 L * *', '2028-01-15T00:00Z', ['2028-01-31T00:00', '2028-02-29T00:00', '2028-03-31T00:00']],
    ['last Friday', '0 0 * * 5L', '2026-01-01T00:00Z', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['second Monday', '0 0 * * MON#2', '2026-01-01T00:00Z', ['2026-01-12T00:00', '2026-02-09T00:00']],
    ['leap days', '0 0 29 2 *', '2026-01-01T00:00Z', ['2028-02-29T00:00', '2032-02-29T00:00']],
    [
      'both day fields: either of them',
      '0 0 13 * 5',
      '2026-02-07T00:00Z',
      ['2026-02-13T00:00', '2026-02-20T00:00', '2026-02-27T00:00', '2026-03-06T00:00', '2026-03-13T00:00'],
    ],
    ['a preset', '@weekly', '2026-01-01T00:00Z', ['2026-01-04T00:00', '2026-01-11T00:00']],
    ['by minutes', '*/20 9 * * *', '2026-01-01T09:20Z', ['2026-01-01T09:40', '2026-01-02T09:00']],
  ])('%s', (_, cron, from, expected) => {
    expect(fires(cron, 'UTC', from, expected.length)).toEqual(expected)
  })

  test('strictly after, at or before, and milliseconds count', () => {
    const nine = Date.UTC(2026, 0, 1, 9)
    expect(nextFire('0 9 * * *', 'UTC', nine)).toBe(nine + 86_400_000)
    expect(nextFire('0 9 * * *', 'UTC', nine - 1)).toBe(nine)
    expect(previousFire('0 9 * * *', 'UTC', nine)).toBe(nine)
    expect(previousFire('0 9 * * *', 'UTC', nine + 1)).toBe(nine)
    expect(previousFire('0 9 * * *', 'UTC', nine - 1)).toBe(nine - 86_400_000)
  })
})
