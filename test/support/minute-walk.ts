/**
 * An independent oracle for cron: walks real time minute by minute, reads the wall clock through Intl and applies SEMANTICS 4 by definition. It
 * shares nothing with services/core/schedule: no cron-parser, no Temporal. Fields are numbers, lists, ranges and steps.
 */
const minuteMs = 60_000
const hourMs = 3_600_000

const walls = new Map<string, Map<number, number>>()
const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known) return known
  const digits = '2-digit'
  const made = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: digits, day: digits, hour: digits, minute: digits })
  formats.set(zone, made)
  return made
}

/** The wall clock of a zone at an instant, as if it were UTC. */
export const wallOf = (zone: string, at: number): number => {
  const ofZone = walls.get(zone) ?? new Map<number, number>()
  walls.set(zone, ofZone)
  const known = ofZone.get(at)
  if (known !== undefined) return known
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!)
  ofZone.set(at, wall)
  return wall
}

/** The values of a field, as a table of yes and no. */
const valuesOf = (field: string, min: number, max: number): boolean[] => {
  const table = new Array<boolean>(max + 1).fill(false)
  for (const item of field.split(',')) {
    const [range = '', step] = item.split('/')
    const [from = min, to = step === undefined && range !== '*' ? from : max] = range === '*' ? [] : range.split('-').map(Number)
    for (let value = from; value <= to; value += Number(step ?? 1)) table[value] = true
  }
  return table
}

interface Matcher {
  readonly everyHour: boolean
  readonly matches: (wall: number) => boolean
}

const matcherOf = (cron: string): Matcher => {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = cron.split(' ')
  const minutes = valuesOf(minute, 0, 59)
  const hours = valuesOf(hour, 0, 23)
  const inMonth = valuesOf(dayOfMonth, 1, 31)
  const inYear = valuesOf(month, 1, 12)
  const inWeek = valuesOf(dayOfWeek, 0, 7)
  const bothDays = dayOfMonth === '*' || dayOfWeek === '*'
  const isDay = (date: Date): boolean => {
    const ofMonth = inMonth[date.getUTCDate()] === true
    const ofWeek = inWeek[date.getUTCDay()] === true || (date.getUTCDay() === 0 && inWeek[7] === true)
    return inYear[date.getUTCMonth() + 1] === true && (bothDays ? ofMonth && ofWeek : ofMonth || ofWeek)
  }
  return {
    everyHour: hours.every(Boolean),
    matches: (wall) => {
      const ofDay = (wall / minuteMs) % 1440
      return minutes[ofDay % 60] === true && hours[Math.floor(ofDay / 60)] === true && isDay(new Date(wall))
    },
  }
}

/** All fires between two instants (both whole minutes, both included). */
export const firesBetween = (cron: string, zone: string, from: number, to: number): number[] => {
  const fires = new Set<number>()
  const { everyHour, matches } = matcherOf(cron)
  const lastWith = new Map<number, number>()
  let before: number | null = null
  // A repeated time counts as seen the second time, and a gap of a day (Samoa) is filled from its far side: look beyond both ends.
  for (let at = from - 26 * hourMs; at <= to + 26 * hourMs; at += minuteMs) {
    const wall = wallOf(zone, at)
    if (everyHour) {
      if (matches(wall)) fires.add(at)
    } else {
      lastWith.set(wall, at)
      const gap = before === null ? 0 : wall - before - minuteMs
      for (let skipped = minuteMs; before !== null && skipped <= gap; skipped += minuteMs) if (matches(before + skipped)) fires.add(at + skipped - minuteMs)
    }
    before = wall
  }
  for (const [wall, at] of lastWith) if (matches(wall)) fires.add(at)
  return [...fires].filter((at) => at >= from && at <= to).sort((a, b) => a - b)
}
