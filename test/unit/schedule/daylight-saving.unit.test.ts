/** SEMANTICS 4, "Daylight saving": five zones, both changes of the clock, written down by hand from the zones' published rules. */
import { describe, expect, test } from 'vitest'
import type { Schedule } from '../../../services/core/dag.ts'
import { normalInstant } from '../../../services/core/normal-instant.ts'
import { nextFire } from '../../../services/core/schedule/cron-next.ts'
import { runsUpTo } from '../../../services/core/schedule/preview.ts'

const short = (ms: number): string => new Date(ms).toISOString().slice(0, 16)

const firesAfter = (cron: string, zone: string, from: string, count: number): string[] => {
  const found: string[] = []
  for (let at = Date.parse(`${from}Z`); found.length < count; ) {
    at = nextFire(cron, zone, at)
    found.push(short(at))
  }
  return found
}

interface Golden {
  readonly zone: string
  readonly change: string
  /** A time of day inside the hour that is left out or comes twice, and what fires around that day. */
  readonly inside: readonly [cron: string, from: string, fires: readonly string[]]
  /** Nine in the morning, on the two sides of the change. */
  readonly nine: readonly [from: string, fires: readonly string[]]
  /** Every hour, across the change. */
  readonly hourly: readonly [from: string, fires: readonly string[]]
}

const goldens: readonly Golden[] = [
  {
    zone: 'Europe/Berlin',
    change: 'forward, 2026-03-29 02:00 -> 03:00',
    inside: ['30 2 * * *', '2026-03-27T12:00', ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30']],
    nine: ['2026-03-27T12:00', ['2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00']],
    hourly: ['2026-03-28T23:30', ['2026-03-29T00:00', '2026-03-29T01:00', '2026-03-29T02:00']],
  },
  {
    zone: 'Europe/Berlin',
    change: 'back, 2026-10-25 03:00 -> 02:00',
    inside: ['30 2 * * *', '2026-10-23T12:00', ['2026-10-24T00:30', '2026-10-25T01:30', '2026-10-26T01:30']],
    nine: ['2026-10-23T12:00', ['2026-10-24T07:00', '2026-10-25T08:00', '2026-10-26T08:00']],
    hourly: ['2026-10-24T23:30', ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00']],
  },
  {
    zone: 'America/New_York',
    change: 'forward, 2026-03-08 02:00 -> 03:00',
    inside: ['15 2 * * *', '2026-03-06T12:00', ['2026-03-07T07:15', '2026-03-08T07:15', '2026-03-09T06:15']],
    nine: ['2026-03-06T18:00', ['2026-03-07T14:00', '2026-03-08T13:00', '2026-03-09T13:00']],
    hourly: ['2026-03-08T05:30', ['2026-03-08T06:00', '2026-03-08T07:00', '2026-03-08T08:00']],
  },
  {
    zone: 'America/New_York',
    change: 'back, 2026-11-01 02:00 -> 01:00',
    inside: ['15 1 * * *', '2026-10-30T12:00', ['2026-10-31T05:15', '2026-11-01T06:15', '2026-11-02T06:15']],
    nine: ['2026-10-30T18:00', ['2026-10-31T13:00', '2026-11-01T14:00', '2026-11-02T14:00']],
    hourly: ['2026-11-01T04:30', ['2026-11-01T05:00', '2026-11-01T06:00', '2026-11-01T07:00']],
  },
  {
    zone: 'Europe/London',
    change: 'forward, 2026-03-29 01:00 -> 02:00',
    inside: ['30 1 * * *', '2026-03-27T12:00', ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30']],
    nine: ['2026-03-27T12:00', ['2026-03-28T09:00', '2026-03-29T08:00', '2026-03-30T08:00']],
    hourly: ['2026-03-28T23:30', ['2026-03-29T00:00', '2026-03-29T01:00', '2026-03-29T02:00']],
  },
  {
    zone: 'Europe/London',
    change: 'back, 2026-10-25 02:00 -> 01:00',
    inside: ['30 1 * * *', '2026-10-23T12:00', ['2026-10-24T00:30', '2026-10-25T01:30', '2026-10-26T01:30']],
    nine: ['2026-10-23T12:00', ['2026-10-24T08:00', '2026-10-25T09:00', '2026-10-26T09:00']],
    hourly: ['2026-10-24T23:30', ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00']],
  },
  {
    zone: 'Australia/Lord_Howe',
    change: 'forward by half an hour, 2026-10-04 02:00 -> 02:30',
    inside: ['15 2 * * *', '2026-10-02T20:00', ['2026-10-03T15:45', '2026-10-04T15:15', '2026-10-05T15:15']],
    nine: ['2026-10-01T23:00', ['2026-10-02T22:30', '2026-10-03T22:00', '2026-10-04T22:00']],
    // 02:00 does not exist on that day: an hourly cron leaves it out.
    hourly: ['2026-10-03T14:00', ['2026-10-03T14:30', '2026-10-03T16:00', '2026-10-03T17:00']],
  },
  {
    zone: 'Australia/Lord_Howe',
    change: 'back by half an hour, 2026-04-05 02:00 -> 01:30',
    inside: ['45 1 * * *', '2026-04-03T12:00', ['2026-04-03T14:45', '2026-04-04T15:15', '2026-04-05T15:15']],
    nine: ['2026-04-02T23:00', ['2026-04-03T22:00', '2026-04-04T22:30', '2026-04-05T22:30']],
    hourly: ['2026-04-04T13:30', ['2026-04-04T14:00', '2026-04-04T15:30', '2026-04-04T16:30']],
  },
  {
    zone: 'America/Santiago',
    change: 'forward at midnight, 2026-09-06 00:00 -> 01:00',
    inside: ['0 0 * * *', '2026-09-04T12:00', ['2026-09-05T04:00', '2026-09-06T04:00', '2026-09-07T03:00']],
    nine: ['2026-09-04T20:00', ['2026-09-05T13:00', '2026-09-06T12:00', '2026-09-07T12:00']],
    hourly: ['2026-09-06T02:30', ['2026-09-06T03:00', '2026-09-06T04:00', '2026-09-06T05:00']],
  },
  {
    zone: 'America/Santiago',
    change: 'back at midnight, 2026-04-05 00:00 -> 23:00',
    inside: ['30 23 * * *', '2026-04-03T12:00', ['2026-04-04T02:30', '2026-04-05T03:30', '2026-04-06T03:30']],
    nine: ['2026-04-03T20:00', ['2026-04-04T12:00', '2026-04-05T13:00', '2026-04-06T13:00']],
    hourly: ['2026-04-05T01:30', ['2026-04-05T02:00', '2026-04-05T03:00', '2026-04-05T04:00']],
  },
]

describe('SEMANTICS 4: daylight saving, five zones in both directions', () => {
  test.each(goldens.map((golden) => [`${golden.zone} ${golden.change}`, golden] as const))('%s', (_, { zone, inside, nine, hourly }) => {
    expect(firesAfter(inside[0], zone, inside[1], 3)).toEqual(inside[2])
    expect(firesAfter('0 9 * * *', zone, nine[0], 3)).toEqual(nine[1])
    expect(firesAfter('0 * * * *', zone, hourly[0], 3)).toEqual(hourly[1])
  })

  test.each([
    ['Europe/Berlin', '2026-03-28', '2026-03-31', ['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00'], [24, 23, 24]],
    ['Europe/Berlin', '2026-10-24', '2026-10-27', ['2026-10-23T22:00', '2026-10-24T22:00', '2026-10-25T23:00'], [24, 25, 24]],
    ['America/New_York', '2026-03-07', '2026-03-10', ['2026-03-07T05:00', '2026-03-08T05:00', '2026-03-09T04:00'], [24, 23, 24]],
    ['Australia/Lord_Howe', '2026-04-04', '2026-04-07', ['2026-04-03T13:00', '2026-04-04T13:00', '2026-04-05T13:30'], [24, 24.5, 24]],
    ['America/Santiago', '2026-09-05', '2026-09-08', ['2026-09-05T04:00', '2026-09-06T04:00', '2026-09-07T03:00'], [24, 23, 24]],
  ])('a daily interval of %s around the change from %s on is a local day', (zone, start, now, starts, hours) => {
    const schedule: Schedule = { kind: 'cron', crons: ['0 0 * * *'], dataIntervals: true }
    const at = (text: string): number => normalInstant(text, zone) as number
    const { runs } = runsUpTo({ schedule, timezone: zone, startDate: at(start), endDate: null, catchup: true }, at(now), 100)
    expect(runs.map((run) => short(run.logicalDate))).toEqual(starts)
    expect(runs.map((run) => (run.dataIntervalEnd - run.dataIntervalStart) / 3_600_000)).toEqual(hours)
  })

  test('a duration is in elapsed time, whatever the clock does', () => {
    const schedule: Schedule = { kind: 'duration', everyMs: 86_400_000, dataIntervals: true }
    const startDate = Date.parse('2026-03-27T23:00Z')
    const { runs } = runsUpTo({ schedule, timezone: 'Europe/Berlin', startDate, endDate: null, catchup: true }, Date.parse('2026-03-31T00:00Z'), 100)
    expect(runs.map((run) => short(run.logicalDate))).toEqual(['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T23:00'])
  })
})
