/** A log line as the file has it, `[<ISO time>] {<stream>} <LEVEL> - <text>`, and back. */
export interface LoggedLine {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** out, err, or system. */
  readonly stream: string
  /** debug, info, warning, error. */
  readonly level: string
  readonly text: string
}

/** With its line end. Whatever would break the line in two is shown as an escape. */
export const logLineText = ({ at, stream, level, text }: LoggedLine): string =>
  `[${isoTime(at)}] {${stream}} ${level.toUpperCase()} - ${text.replaceAll(/[\n\r]/g, escaped)}\n`

/** Without the line end. null: not one of ours (a file that somebody edited). */
export const parseLogLine = (line: string): { readonly time: string; readonly stream: string; readonly level: string; readonly text: string } | null => {
  const match = /^\[([^\]]{1,40})\] \{(\w{1,20})\} ([A-Z]{1,20}) - (.*)$/s.exec(line)
  return match ? { time: match[1] ?? '', stream: match[2] ?? '', level: (match[3] ?? '').toLowerCase(), text: match[4] ?? '' } : null
}

const escaped = (char: string): string => (char === '\n' ? '\\n' : '\\r')

/** A time that no date has must not cost the line. */
const isoTime = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : new Date(0).toISOString())
