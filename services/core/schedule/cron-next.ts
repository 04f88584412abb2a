/**
 * When a cron fires (SEMANTICS 4). Its fields are wall-clock fields of a zone: cron-parser counts on a clock without daylight saving (UTC), and
 * each wall time it finds is then placed in the zone. With cron-parser's own zones a repeated time fires the first time and a gap swallows fires.
 *
 * Placing is `disambiguation: 'later'`: a time that does not exist moves forward by the gap, one that happens twice fires the second time. A cron
 * that covers every hour fires at each instant that shows a matching wall time instead: twice in a repeated hour, never in a skipped one.
 *
 * Near a change of the clock, instants do not come in the order of their wall times. So the search starts as far before (behind, going back) as
 * the clock jumps, and goes on until nothing that follows could be nearer.
 */
import { type CronExpression, CronExpressionParser } from 'cron-parser'
import { Temporal } from 'temporal-polyfill'
import { MillraceError } from '../errors.ts'
import { cronOf } from './presets.ts'

const dayMs = 86_400_000
/** Wall times within this of a change may be placed on its other side: the largest jump known is a day (Samoa, 2011). */
const reachMs = dayMs + 3_600_000

/** The first fire strictly after `afterMs`; both in ms since the epoch. */
export const nextFire = (cron: string, zone: string, afterMs: number): number => {
  const from = afterMs + offsetMs(zone, afterMs) - jumpMs(zone, afterMs)
  const { walls, everyHour } = open(cron, from)
  let best = Number.POSITIVE_INFINITY
  for (;;) {
    const wall = walls.next().getTime()
    if (best !== Number.POSITIVE_INFINITY && wall > best + offsetMs(zone, best) + jumpMs(zone, best)) return best
    for (const fire of place(wall, zone, everyHour)) if (fire > afterMs && fire < best) best = fire
    if (best !== Number.POSITIVE_INFINITY && jumpMs(zone, best) === 0) return best
  }
}

/** The last fire at or before `atMs`; both in ms since the epoch. */
export const previousFire = (cron: string, zone: string, atMs: number): number => {
  const from = atMs + offsetMs(zone, atMs) + jumpMs(zone, atMs) + 1
  const { walls, everyHour } = open(cron, from)
  let best = Number.NEGATIVE_INFINITY
  for (;;) {
    const wall = walls.prev().getTime()
    if (best !== Number.NEGATIVE_INFINITY && wall < best + offsetMs(zone, best) - jumpMs(zone, best)) return best
    for (const fire of place(wall, zone, everyHour)) if (fire <= atMs && fire > best) best = fire
    if (best !== Number.NEGATIVE_INFINITY && jumpMs(zone, best) === 0) return best
  }
}

const open = (cron: string, from: number): { walls: CronExpression; everyHour: boolean } => {
  try {
    const walls = CronExpressionParser.parse(cronOf(cron), { currentDate: from, tz: 'UTC' })
    return { walls, everyHour: walls.fields.hour.values.length === 24 }
  } catch (cause) {
    throw new MillraceError('bad_cron', `cron "${cron}" cannot be read: checkCron says why`, { cause })
  }
}

/** The instants at which a wall time (as if it were UTC) fires. */
const place = (wall: number, zone: string, everyHour: boolean): readonly number[] => {
  const time = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime()
  const later = time.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds
  if (!everyHour) return [later]
  const earlier = time.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds
  return [earlier, later].filter((fire) => fire + offsetMs(zone, fire) === wall)
}

const offsetMs = (zone: string, atMs: number): number => Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6

/** By how much the clock jumps near an instant; 0 almost always. */
const jumpMs = (zone: string, atMs: number): number => Math.abs(offsetMs(zone, atMs + reachMs) - offsetMs(zone, atMs - reachMs))
