import type { Api } from './http/api.ts'
import type { Paint } from './print/paint.ts'

/** What a command works with; tests hand over their own. */
export interface Cli {
  readonly api: Api
  readonly paint: Paint
  /** A line of the answer, to stdout. */
  print(text: string): void
  /** A line for the person beside it, to stderr: `--json` on stdout stays JSON. */
  note(text: string): void
  /** A line that the next one takes the place of, to stderr; null: it is over. */
  progress(text: string | null): void
  /** Runs another program of Millrace in this process, in place of the command: it gets the signals and sets the exit code. */
  become(program: Program, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<void>
}

/** `stack` starts what is needed; `stack-control` talks to what runs. */
export type Program = 'stack' | 'stack-control' | 'worker' | 'triggerer' | 'dag-test' | 'repair' | 'db-rebuild'

/** Prints a list as JSON or as a table; the same entries in both. */
export const printList = <T>(cli: Cli, json: boolean | undefined, entries: readonly T[], asTable: () => string, whenEmpty: string): void => {
  if (json) cli.print(JSON.stringify(entries, null, 2))
  else if (entries.length === 0) cli.note(whenEmpty)
  else cli.print(asTable())
}

/** Says that a list was cut, and how to see the rest. */
export const noteRest = (cli: Cli, shown: number, total: number): void => {
  if (total > shown) cli.note(`${total - shown} more: use --limit ${total}`)
}
