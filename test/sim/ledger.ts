/** What really happened, written down outside of the system by the task processes: who started what, and how it ended. */
export interface LedgerLine {
  readonly token: string
  /** dag/run/task */
  readonly instance: string
  readonly tryNumber: number
  readonly worker: string
  readonly startedAt: number
  /** null: it lives. */
  endedAt: number | null
  outcome: Outcome | null
}

export type Outcome = 'succeeded' | 'failed' | 'skipped' | 'rescheduled' | 'died' | 'killed'

export interface Ledger {
  readonly lines: readonly LedgerLine[]
  find(token: string): LedgerLine | undefined
  living(instance: string): LedgerLine | undefined
  tries(instance: string, tryNumber: number): readonly LedgerLine[]
  add(line: LedgerLine): void
  end(line: LedgerLine, outcome: Outcome, at: number): void
}

export const makeLedger = (): Ledger => {
  const lines: LedgerLine[] = []
  const byToken = new Map<string, LedgerLine>()
  const byInstance = new Map<string, LedgerLine[]>()
  return {
    lines,
    find: (token) => byToken.get(token),
    living: (instance) => byInstance.get(instance)?.find((line) => line.endedAt === null),
    tries: (instance, tryNumber) => byInstance.get(instance)?.filter((line) => line.tryNumber === tryNumber) ?? [],
    add(line) {
      lines.push(line)
      if (!byToken.has(line.token)) byToken.set(line.token, line)
      byInstance.set(line.instance, [...(byInstance.get(line.instance) ?? []), line])
    },
    end(line, outcome, at) {
      line.outcome = outcome
      line.endedAt = at
    },
  }
}
