/** The ledger: what tasks themselves say that they did, in a file outside the system. One line for each start, tick and end of a try. */
import { readFileSync } from 'node:fs'

export interface LedgerLine {
  readonly dag: string
  readonly run: string
  readonly task: string
  readonly mapIndex: number
  readonly try: number
  /** Of the process that ran it. */
  readonly pid: number
  /** Its parent: the worker. */
  readonly worker: number
  readonly kind: 'start' | 'tick' | 'end'
  /** end: how. */
  readonly outcome: 'ok' | 'failed' | null
  /** start: another try of the instance whose process was alive and in the middle of it (0: none). */
  readonly beside: number
  /** ms since the epoch. */
  readonly t: number
}

export const instanceOf = (line: Pick<LedgerLine, 'dag' | 'run' | 'task' | 'mapIndex'>): string => `${line.dag}/${line.run}/${line.task}/${line.mapIndex}`

/** What the ledger knows of one try. */
export interface LedgerTry {
  readonly instance: string
  readonly tryNumber: number
  readonly lines: readonly LedgerLine[]
  readonly starts: readonly LedgerLine[]
  readonly end: LedgerLine | undefined
}

export interface Ledger {
  readonly lines: readonly LedgerLine[]
  /** By instance, then try. */
  readonly tries: ReadonlyMap<string, ReadonlyMap<number, LedgerTry>>
}

export const makeLedger = (lines: readonly LedgerLine[]): Ledger => {
  const grouped = new Map<string, Map<number, LedgerLine[]>>()
  for (const line of lines) {
    const instance = grouped.get(instanceOf(line)) ?? new Map<number, LedgerLine[]>()
    grouped.set(instanceOf(line), instance)
    const known = instance.get(line.try)
    if (known) known.push(line)
    else instance.set(line.try, [line])
  }
  const tries = new Map<string, ReadonlyMap<number, LedgerTry>>()
  for (const [instance, byTry] of grouped)
    tries.set(
      instance,
      new Map(
        [...byTry].map(([tryNumber, its]) => [
          tryNumber,
          { instance, tryNumber, lines: its, starts: its.filter((line) => line.kind === 'start'), end: its.find((line) => line.kind === 'end') },
        ]),
      ),
    )
  return { lines, tries }
}

/** The file as it is; a task that was killed leaves whole lines only, since each is one write. */
export const readLedger = (file: string): Ledger =>
  makeLedger(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LedgerLine),
  )
