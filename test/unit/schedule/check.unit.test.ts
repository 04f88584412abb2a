import { describe, expect, test } from 'vitest'
import { checkCron, checkZone } from '../../../services/core/schedule/check.ts'
import { nextFire, previousFire } from '../../../services/core/schedule/cron-next.ts'

const good = [
  '0 9 * * *',
  '* * * * *',
  '*/15 * * * *',
  '0/5 * * * *',
  '5,35 8-18 * * MON-FRI',
  '0 0 1 JAN,jul *',
  '0 0 L * *',
  '0 0 15,L * *',
  '0 0 * * 5L',
  '0 0 * * FRIL',
  '0 0 * * 5#2',
  '0 0 * * sun#1',
  '0 0 * * 7',
  '0 0 29 2 *',
  '0 0 28-30 2 *',
  '0 0 13 * 5',
  '00 09 * * *',
  '  0\t0  * * * ',
  '@hourly',
  '@daily',
  '@weekly',
  '@monthly',
  '@quarterly',
  '@yearly',
]

const bad: readonly (readonly [cron: string, says: RegExp])[] = [
  ['', /empty/],
  ['   ', /empty/],
  ['0 0 9 * * *', /6 fields \(seconds are not supported\)/],
  ['0 9 * *', /4 fields/],
  ['9', /1 fields/],
  ['H * * * *', /minute "H" is no number/],
  ['0 H(0-7) * * *', /hour "H\(0-7\)" is no value, range or step/],
  ['0 0 30 2 *', /never fires/],
  ['0 0 30 FEB *', /never fires/],
  ['0 0 31 2,4,6 *', /never fires/],
  ['60 * * * *', /minute 60 is outside 0-59/],
  ['0 24 * * *', /hour 24 is outside 0-23/],
  ['0 0 0 * *', /day of month 0 is outside 1-31/],
  ['0 0 * 13 *', /month 13 is outside 1-12/],
  ['0 0 * * 8', /day of week 8 is outside 0-7/],
  ['0 0 1 january *', /month "january" is no number and none of JAN/],
  ['0 0 * * FUN', /day of week "FUN"/],
  ['MON * * * *', /minute "MON" is no number/],
  ['*/0 * * * *', /step of 0/],
  ['5-1 * * * *', /runs backwards/],
  ['0 0 * * FRI-MON', /runs backwards/],
  ['1,,2 * * * *', /minute "" is no value/],
  ['1.5 * * * *', /minute "1.5" is no value/],
  ['-5 * * * *', /minute "-5" is no value/],
  ['0 0 ? * *', /day of month "\?" is no value/],
  ['0 0 15W * *', /day of month "15W" is no number/],
  ['0 0 L-3 * *', /day of month "L" is no number/],
  ['0 0 * * L', /day of week "L"/],
  ['0 L * * *', /hour "L" is no number/],
  ['0 0 * * 1#6', /day of week "1#6" is no value/],
  ['0 0 * * 1#1,3#2', /# stands alone/],
  ['1,1 * * * *', /duplicate/],
  ['0 9 * * * ; rm', /7 fields/],
  ['@fortnightly', /no such preset/],
  ['@reboot', /no such preset/],
]

describe('SEMANTICS 4: a cron has five fields, anything else is refused', () => {
  test.each(good)('%s is a cron', (cron) => {
    expect(checkCron(cron)).toBeNull()
    const now = Date.UTC(2026, 0, 15, 12)
    expect(nextFire(cron, 'UTC', now)).toBeGreaterThan(now)
    expect(previousFire(cron, 'UTC', now)).toBeLessThanOrEqual(now)
  })

  test.each(bad)('%s is refused', (cron, says) => {
    expect(checkCron(cron)).toMatch(says)
  })

  test('a cron that was never checked fails by name', () => {
    expect(() => nextFire('every day', 'UTC', 0)).toThrow(expect.objectContaining({ code: 'bad_cron' }))
  })
})

describe('SEMANTICS 4: zones are IANA names', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Kolkata'])('%s is a zone', (zone) => {
    expect(checkZone(zone)).toBeNull()
  })

  test.each([
    ['', /there is no time zone ""/],
    ['Mars/Base', /there is no time zone "Mars\/Base": write an IANA name/],
    ['+02:00', /is an offset/],
    ['Z', /there is no time zone/],
    ['europe/berlin', /is spelled "Europe\/Berlin"/],
  ])('%s is refused', (zone, says) => {
    expect(checkZone(zone)).toMatch(says)
  })
})
