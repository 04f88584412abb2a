/** Dates as their authors write them -> ms since the epoch. */
import { shown } from './normal-kinds.ts'

const earliest = Date.UTC(1900, 0, 1)
const latest = Date.UTC(2200, 0, 1)

const isoDate = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/i

/** Ms since the epoch of an ISO date or time (without an offset: in the zone) or of ms since the epoch; else what is wrong with it. */
export const normalInstant = (given: unknown, zone: string): number | string => {
  const ms = typeof given === 'number' ? given : typeof given === 'string' ? parsed(given.trim(), zone) : null
  if (ms === null || !Number.isSafeInteger(ms)) return `${shown(given)} is no date: write '2024-01-01', '2024-01-01T06:00:00Z', or ms since the epoch`
  return ms < earliest || ms > latest ? `${shown(given)} lies outside of the years 1900 to 2200` : ms
}

const parsed = (text: string, zone: string): number | null => {
  const match = isoDate.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number]
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)))
  // 2024-02-30 and 25:00 would silently become other dates.
  const check = new Date(wall)
  if (check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day || check.getUTCHours() !== hour || minute > 59 || second > 59) return null
  const offset = match[8]
  if (offset === undefined) return inZone(wall, zone)
  if (offset.toUpperCase() === 'Z') return wall
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return wall - (offset.startsWith('-') ? -1 : 1) * minutes * 60_000
}

const dayMs = 86_400_000

/** The instant of a wall time: the first of a repeated one, and one that the clock leaps over moves forward by the leap. */
const inZone = (wall: number, zone: string): number => {
  if (zone === 'UTC') return wall
  const before = wall - offsetMs(zone, wall - dayMs)
  const after = wall - offsetMs(zone, wall + dayMs)
  const holds = (instant: number): boolean => instant + offsetMs(zone, instant) === wall
  return !holds(before) && holds(after) ? after : before
}

const offsetMs = (zone: string, at: number): number => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const wall = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second)
  return wall - Math.floor(at / 1000) * 1000
}
