import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextFire, previousFire } from '../../../services/core/schedule/cron-next.ts'
import { firesBetween } from '../../support/minute-walk.ts'
import { propRuns } from '../../support/prop-runs.ts'

const minuteMs = 60_000
const runs = propRuns(1000)

/** Zones and an instant at which their clock changes (or does not). */
const changes = [
  ['Europe/Berlin', Date.UTC(2026, 2, 29, 1)],
  ['Europe/Berlin', Date.UTC(2026, 9, 25, 1)],
  ['America/New_York', Date.UTC(2026, 2, 8, 7)],
  ['America/New_York', Date.UTC(2026, 10, 1, 6)],
  ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15, 30)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15)],
  ['America/Santiago', Date.UTC(2026, 8, 6, 4)],
  ['Africa/Casablanca', Date.UTC(2026, 1, 15, 2)],
  ['Pacific/Apia', Date.UTC(2011, 11, 30, 10)],
  ['Asia/Seoul', Date.UTC(2026, 5, 1)],
  ['UTC', Date.UTC(2027, 11, 31)],
] as const

const anyCron = fc
  .tuple(
    fc.constantFrom('*', '0', '30', '*/15', '5,45', '15', '59', '10-20/5'),
    fc.constantFrom('*', '*/1', '0-23', '0-11,12-23', '0', '1', '2', '3', '1-4', '*/2', '2,3', '23', '7/6'),
    fc.constantFrom('*', '*', '*/2', '1-31'),
    fc.constantFrom('*', '*', '*/2', '1-5', '0-7'),
  )
  .map(([minute, hour, dayOfMonth, dayOfWeek]) => `${minute} ${hour} ${dayOfMonth} * ${dayOfWeek}`)

const anyCase = fc.record({
  cron: anyCron,
  place: fc.constantFrom(...changes),
  minutes: fc.integer({ min: -1800, max: 900 }),
})

const iso = (ms: number | undefined): string => (ms === undefined ? 'never' : new Date(ms).toISOString())
const horizonMs = 96 * 60 * minuteMs

describe('SEMANTICS 4: a cron against a walk through every minute', () => {
  test('nextFire is the first fire after an instant', () => {
    fc.assert(
      fc.property(anyCase, ({ cron, place: [zone, change], minutes }) => {
        const after = change + minutes * minuteMs
        const [first] = firesBetween(cron, zone, after + minuteMs, after + horizonMs)
        expect(`${cron} ${zone} after ${iso(after)}: ${iso(nextFire(cron, zone, after))}`).toBe(`${cron} ${zone} after ${iso(after)}: ${iso(first)}`)
      }),
      runs,
    )
  })

  test('previousFire is the last fire at or before an instant', () => {
    fc.assert(
      fc.property(anyCase, ({ cron, place: [zone, change], minutes }) => {
        const at = change + minutes * minuteMs
        const last = firesBetween(cron, zone, at - horizonMs, at).at(-1)
        expect(`${cron} ${zone} at ${iso(at)}: ${iso(previousFire(cron, zone, at))}`).toBe(`${cron} ${zone} at ${iso(at)}: ${iso(last)}`)
      }),
      runs,
    )
  })

  test('the two are inverse, for sparse crons with L and #, too, and between whole minutes', () => {
    const sparse = fc.oneof(
      anyCron,
      fc.constantFrom('0 0 L * *', '30 2 * * 5L', '15 1 * * 1#2', '0 9 29 2 *', '0 0 1 JAN *', '0 12 13 * FRI', '59 23 31 12 *', '@monthly'),
    )
    fc.assert(
      fc.property(
        sparse,
        fc.constantFrom(...changes.map(([zone]) => zone)),
        fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2035, 0, 1) }),
        (cron, zone, at) => {
          const next = nextFire(cron, zone, at)
          const previous = previousFire(cron, zone, at)
          expect(previous).toBeLessThanOrEqual(at)
          expect(next).toBeGreaterThan(at)
          expect(iso(nextFire(cron, zone, previous))).toBe(iso(next))
          expect(iso(previousFire(cron, zone, next - 1))).toBe(iso(previous))
          expect(iso(previousFire(cron, zone, next))).toBe(iso(next))
        },
      ),
      runs,
    )
  })
})
