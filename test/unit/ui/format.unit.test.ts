import { describe, expect, it } from 'vitest'
import { durationText, spanMs } from '../../../services/ui/src/format/duration.ts'
import { clockTime, exactTime } from '../../../services/ui/src/format/exact-time.ts'
import { relativeTime } from '../../../services/ui/src/format/relative-time.ts'
import { scheduleWords } from '../../../services/ui/src/format/schedule-words.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

describe('durationText', () => {
  it.each([
    [null, '–'],
    [0, '0ms'],
    [850, '850ms'],
    [4200, '4.2s'],
    [9960, '10s'],
    [59.6 * second, '1m 00s'],
    [72 * second, '1m 12s'],
    [2 * hour + 5 * minute, '2h 05m'],
    [3 * day + 4 * hour, '3d 4h'],
    [-5, '0ms'],
  ])('%s -> %s', (ms, words) => expect(durationText(ms)).toBe(words))
})

describe('spanMs', () => {
  it('counts on until there is an end, and never below zero', () => {
    const start = '2026-11-20T09:00:00Z'
    expect(spanMs(start, '2026-11-20T09:00:02Z', 0)).toBe(2000)
    expect(spanMs(start, null, Date.parse(start) + 700)).toBe(700)
    expect(spanMs(start, null, Date.parse(start) - 700)).toBe(0)
    expect(spanMs(null, null, 0)).toBeNull()
  })
})

describe('relativeTime', () => {
  const now = Date.parse('2026-11-20T09:00:00Z')
  it.each([
    [now - 2 * second, 'now'],
    [now - 10 * second, '10 s ago'],
    [now - 3 * minute, '3 min ago'],
    [now - 59.9 * minute, '59 min ago'],
    [now + 2 * hour + 1, 'in 2 h'],
    [now - 40 * day, '1 mo ago'],
    [now - 364 * day, '1 y ago'],
    [now - 800 * day, '2 y ago'],
  ])('%s -> %s', (at, words) => expect(relativeTime(at, now)).toBe(words))
})

describe('exact times', () => {
  it('reads the same in every language, midnight as 00', () => {
    const at = Date.parse('2026-01-02T00:04:05.006Z')
    expect(exactTime(at, 'utc')).toBe('2026-01-02 00:04:05')
    expect(clockTime(at, 'utc')).toBe('00:04:05.006')
  })
})

describe('scheduleWords', () => {
  it.each([
    [null, 'UTC', 'Only when triggered'],
    ['@daily', 'UTC', 'Daily at 00:00'],
    ['0 9 * * *', 'Europe/Oslo', 'Daily at 09:00 (Europe/Oslo)'],
    ['*/15 * * * *', 'UTC', 'Every 15 minutes'],
    ['@hourly', 'UTC', 'Every hour'],
    ['@once', 'UTC', 'Once'],
    ['@continuous', 'UTC', 'Continuously'],
    ['every 6h', 'UTC', 'Every 6h'],
    ['every 90m', 'UTC', 'Every 1h 30m'],
    ['when the moon is full', 'UTC', 'when the moon is full'],
  ])('%s in %s -> %s', (summary, zone, words) => expect(scheduleWords(summary, zone)).toBe(words))
})
