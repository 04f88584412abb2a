import { type Paint, paintFor, prettyLine } from './log-line.ts'

/** Where `npm start` speaks to a person: its own progress, and the services' log lines. */
export interface Terminal {
  readonly paint: Paint
  /** What the supervisor itself does. */
  say(text: string): void
  warn(text: string): void
  /** A line of a service's log. */
  log(processName: string, line: string): void
}

export const openTerminal = (write: (text: string) => void = (text) => void process.stdout.write(text)): Terminal => {
  const paint = paintFor(process.stdout, process.env)
  return {
    paint,
    say: (text) => write(`${paint('bold', 'millrace')} ${text}\n`),
    warn: (text) => write(`${paint('bold', 'millrace')} ${paint('yellow', text)}\n`),
    log: (processName, line) => write(`${prettyLine(line, processName, Date.now(), paint)}\n`),
  }
}
