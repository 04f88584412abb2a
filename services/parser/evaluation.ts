/** What an evaluating process (evaluate.ts) tells the parser. */
import type { JsonObject } from '../core/dag.ts'

export interface EvaluatedFault {
  readonly message: string
  /** As Node has it: places are in the bundle. */
  readonly stack: string | null
}

export interface Evaluated {
  /** Whole and checked, in compact form. */
  readonly dags: readonly JsonObject[]
  readonly faults: readonly EvaluatedFault[]
}

/** The watchdog's first word on its descriptor; behind it stands where the file was when its time was up. */
export const lateMark = 'late\n'
