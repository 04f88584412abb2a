/** Dates in templates are ISO texts, UTC, as Airflow prints them: `2024-01-01T00:00:00+00:00`. */
const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** `2024-01-01T00:00:00+00:00`, with microseconds only where there are any, as Python's isoformat. */
export const isoOf = (ms: number): string => {
  const [day, rest = ''] = new Date(ms).toISOString().split('T')
  const fraction = rest.slice(9, 12)
  return `${day}T${rest.slice(0, 8)}${fraction === '000' ? '' : `.${fraction}000`}+00:00`
}

export const compactOf = (ms: number): string => isoOf(ms).slice(0, 19).replaceAll(/[-:]/g, '')

/** Milliseconds of a date text (a text without a zone is UTC), or null. */
export const instantOf = (text: unknown): number | null => {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d/.test(text)) return null
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(text) || text.length === 10 ? text : `${text}Z`
  const ms = Date.parse(zoned.replace(' ', 'T'))
  return Number.isNaN(ms) ? null : ms
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** Python's strftime for UTC. Throws on a code it does not know. */
export const formatDate = (ms: number, format: string): string => {
  const date = new Date(ms)
  const [month = '', day = ''] = [months[date.getUTCMonth()], days[date.getUTCDay()]]
  const hour12 = date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12
  const startOfYear = Date.UTC(date.getUTCFullYear(), 0, 1)
  const codes: Readonly<Record<string, string>> = {
    Y: pad(date.getUTCFullYear(), 4),
    y: pad(date.getUTCFullYear() % 100),
    m: pad(date.getUTCMonth() + 1),
    d: pad(date.getUTCDate()),
    H: pad(date.getUTCHours()),
    I: pad(hour12),
    M: pad(date.getUTCMinutes()),
    S: pad(date.getUTCSeconds()),
    f: `${pad(date.getUTCMilliseconds(), 3)}000`,
    p: date.getUTCHours() < 12 ? 'AM' : 'PM',
    j: pad(Math.floor((ms - startOfYear) / 86_400_000) + 1, 3),
    B: month,
    b: month.slice(0, 3),
    A: day,
    a: day.slice(0, 3),
    w: String(date.getUTCDay()),
    s: String(Math.floor(ms / 1000)),
    z: '+0000',
    Z: 'UTC',
    F: date.toISOString().slice(0, 10),
    T: date.toISOString().slice(11, 19),
    '%': '%',
  }
  return format.replaceAll(/%(.?)/gs, (_, code: string) => {
    const text = codes[code]
    if (text === undefined) throw new Error(`strftime: there is no %${code}; there are ${Object.keys(codes).join(' ')}`)
    return text
  })
}
