export type Zone = 'local' | 'utc'

const formats = new Map<string, Intl.DateTimeFormat>()

const format = (zone: string, fraction: boolean): Intl.DateTimeFormat => {
  const key = `${zone}${fraction}`
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat('en-CA', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      ...(fraction ? { fractionalSecondDigits: 3 } : {}),
      ...(zone === 'local' ? {} : { timeZone: zone === 'utc' ? 'UTC' : zone }),
    })
    formats.set(key, found)
  }
  return found
}

const fields = (at: number, zone: string, fraction = false): Record<string, string> =>
  Object.fromEntries(
    format(zone, fraction)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )

/** "2026-11-20 09:35:44", sortable and alike in every language; `zone` may also be an IANA name. */
export const exactTime = (at: number, zone: string): string => {
  const f = fields(at, zone)
  return `${f.year}-${f.month}-${f.day} ${f.hour}:${f.minute}:${f.second}`
}

/** "09:35:44.123", for log lines. */
export const clockTime = (at: number, zone: Zone): string => {
  const f = fields(at, zone, true)
  return `${f.hour}:${f.minute}:${f.second}.${f.fractionalSecond}`
}

/** The reader's zone by name, or UTC. */
export const zoneName = (zone: Zone): string => (zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone)
