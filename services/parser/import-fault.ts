/** What is wrong with a DAG file, as `ImportError` tells it. Line and column count from 1. */
export interface ImportFault {
  readonly line: number | null
  readonly column: number | null
  readonly message: string
  readonly stack: string | null
}

export const fault = (message: string, place: Partial<Omit<ImportFault, 'message'>> = {}): ImportFault => ({
  line: null,
  column: null,
  stack: null,
  ...place,
  message,
})

/** Several faults of one file as one: the place is the first one's. */
export const joinFaults = (faults: readonly ImportFault[]): ImportFault | null => {
  const [first] = faults
  if (first === undefined || faults.length === 1) return first ?? null
  const placed = faults.find((each) => each.line !== null) ?? first
  const stacks = faults.flatMap((each) => (each.stack === null ? [] : [each.stack]))
  return {
    line: placed.line,
    column: placed.column,
    message: faults.map((each) => (each.line === null ? each.message : `line ${each.line}: ${each.message}`)).join('\n'),
    stack: stacks.length === 0 ? null : stacks.join('\n\n'),
  }
}
