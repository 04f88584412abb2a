import { CronExpressionParser } from 'cron-parser'
import { Temporal } from 'temporal-polyfill'
import { cronOf, cronPresets } from './presets.ts'

interface Field {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly names: readonly string[]
  /** What the field takes beside values, ranges and steps. */
  readonly special: RegExp | null
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const fields: readonly Field[] = [
  { name: 'minute', min: 0, max: 59, names: [], special: null },
  { name: 'hour', min: 0, max: 23, names: [], special: null },
  { name: 'day of month', min: 1, max: 31, names: [], special: /^L$/i },
  { name: 'month', min: 1, max: 12, names: months, special: null },
  { name: 'day of week', min: 0, max: 7, names: days, special: /^([0-7]|[a-z]{3})(L|#[1-5])$/i },
]

/**
 * What is wrong with a cron (five fields with names, lists, ranges, steps, `L` and `#`, or a preset), as a sentence for its author; null when
 * nothing is. A cron that passes fires for ever: `nextFire` always finds a next time.
 */
export const checkCron = (text: string): string | null => {
  const cron = cronOf(text).trim()
  const said = `cron "${text}"`
  if (cron === '') return 'a cron is empty: write five fields, such as "0 9 * * *", or null for no schedule'
  if (cron.startsWith('@')) return `${said}: no such preset; there are ${Object.keys(cronPresets).join(', ')}, @once and @continuous`
  const parts = cron.split(/\s+/)
  if (parts.length !== 5) {
    const seconds = parts.length === 6 ? ' (seconds are not supported)' : ''
    return `${said} has ${parts.length} fields${seconds}: write five, minute hour day-of-month month day-of-week`
  }
  for (const [i, field] of fields.entries()) {
    const wrong = checkField(field, parts[i] ?? '')
    if (wrong) return `${said}: ${wrong}`
  }
  try {
    CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: 0 }).next()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return /explicit day of month/i.test(reason) ? `${said} never fires: none of its months has such a day` : `${said}: ${reason.toLowerCase()}`
  }
  return null
}

const checkField = (field: Field, text: string): string | null => {
  const items = text.split(',')
  if (items.length > 1 && text.includes('#')) return `${field.name} "${text}": # stands alone, without a list`
  for (const item of items) {
    const wrong = checkItem(field, item)
    if (wrong) return wrong
  }
  return null
}

const checkItem = (field: Field, item: string): string | null => {
  if (field.special?.test(item)) {
    const day = item.replace(/(L|#.)$/i, '')
    return day === '' ? null : checkValue(field, day)
  }
  const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item)
  if (!match) return `${field.name} "${item}" is no value, range or step`
  const [, , from, to, step] = match
  if (step !== undefined && Number(step) === 0) return `${field.name} "${item}" has a step of 0`
  if (from === undefined) return null
  const wrong = checkValue(field, from) ?? (to === undefined ? null : checkValue(field, to))
  if (wrong) return wrong
  if (to !== undefined && numberOf(field, from) > numberOf(field, to)) return `${field.name} "${item}" runs backwards: write it as a list or as two ranges`
  return null
}

const checkValue = (field: Field, text: string): string | null => {
  const value = numberOf(field, text)
  if (Number.isNaN(value)) return `${field.name} "${text}" is no number${field.names.length > 0 ? ` and none of ${field.names.join(' ')}` : ''}`
  return value < field.min || value > field.max ? `${field.name} ${text} is outside ${field.min}-${field.max}` : null
}

const numberOf = (field: Field, text: string): number => {
  if (/^\d+$/.test(text)) return Number(text)
  const index = field.names.indexOf(text.toUpperCase())
  return index < 0 ? Number.NaN : index + field.min
}

/** What is wrong with the name of a time zone, as a sentence; null when nothing is. Zones are IANA names in their own spelling: `Europe/Berlin`, `UTC`. */
export const checkZone = (zone: string): string | null => {
  const remedy = 'write an IANA name such as "Europe/Berlin" or "UTC"'
  if (/^[+-]/.test(zone)) return `time zone "${zone}" is an offset, which knows no daylight saving: ${remedy}`
  try {
    const canonical = new Temporal.ZonedDateTime(0n, zone).timeZoneId
    return canonical === zone ? null : `time zone "${zone}" is spelled "${canonical}"`
  } catch {
    return `there is no time zone "${zone}": ${remedy}`
  }
}
