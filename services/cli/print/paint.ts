const codes = { red: 31, green: 32, yellow: 33, blue: 34, cyan: 36, grey: 90, bold: 1 } as const
export type Colour = keyof typeof codes
export type Paint = (colour: Colour, text: string) => string

export const paintFor = (on: boolean): Paint => (on ? (colour, text) => `\u001b[${codes[colour]}m${text}\u001b[0m` : (_, text) => text)

const stateColours: Readonly<Record<string, Colour>> = {
  success: 'green',
  failed: 'red',
  upstream_failed: 'red',
  running: 'cyan',
  queued: 'blue',
  scheduled: 'blue',
  up_for_retry: 'yellow',
  up_for_reschedule: 'yellow',
  restarting: 'yellow',
  skipped: 'grey',
  removed: 'grey',
}

/** A state in its colour; null is a task instance that nothing has happened to. */
export const paintState = (paint: Paint, state: string | null): string => paint(stateColours[state ?? ''] ?? 'grey', state ?? 'none')
