const colours = { grey: 90, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, bold: 1 } as const
export type Colour = keyof typeof colours
export type Paint = (colour: Colour, text: string) => string

/** Colours for a terminal; plain text where nobody sees them. */
export const paintFor = (stream: { isTTY?: boolean }, env: { NO_COLOR?: string; FORCE_COLOR?: string }): Paint => {
  const on = env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : stream.isTTY === true
  return (colour, text) => (on ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text)
}

const levels: Readonly<Record<number, { readonly name: string; readonly colour: Colour }>> = {
  10: { name: 'trace', colour: 'grey' },
  20: { name: 'debug', colour: 'grey' },
  30: { name: 'info', colour: 'green' },
  40: { name: 'warn', colour: 'yellow' },
  50: { name: 'error', colour: 'red' },
  60: { name: 'fatal', colour: 'red' },
}

const serviceColours: readonly Colour[] = ['cyan', 'magenta', 'blue', 'green', 'yellow']
const colourOf = (service: string): Colour => serviceColours[[...service].reduce((sum, char) => sum + char.charCodeAt(0), 0) % serviceColours.length] as Colour

const known = new Set(['level', 'time', 'msg', 'service', 'name', 'pid', 'hostname', 'err', 'v'])
const maxValueLength = 200

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)}...` : text
}

/** Local time of day to the millisecond. */
export const timeOfDay = (at: number): string => {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

const parsed = (line: string): Record<string, unknown> | undefined => {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** One JSON log line as a person reads it: time, service, message, fields; a line that is no JSON stays as it is. */
export const prettyLine = (line: string, processName: string, now: number, paint: Paint): string => {
  const entry = parsed(line)
  const prefix = (at: number, service: string) => `${paint('grey', timeOfDay(at))} ${paint(colourOf(service), service.padEnd(10))}`
  if (!entry) return `${prefix(now, processName)} ${line}`
  const level = levels[Number(entry['level'])] ?? { name: String(entry['level']), colour: 'grey' as const }
  const service = typeof entry['service'] === 'string' ? entry['service'] : processName
  const message = typeof entry['msg'] === 'string' ? entry['msg'] : ''
  const err = entry['err'] as { message?: unknown; stack?: unknown } | undefined
  const fields = Object.entries(entry)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => paint('grey', `${name}=${shown(value)}`))
  const reason = err?.message !== undefined && err.message !== message ? [paint('red', String(err.message))] : []
  const sign = Number(entry['level']) === 30 ? [] : [paint(level.colour, level.name)]
  return [prefix(Number(entry['time']) || now, service), ...sign, message, ...reason, ...fields].filter(Boolean).join(' ')
}
