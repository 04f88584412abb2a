import type { Column, Dag, Run } from './column-state.ts'
import { MillraceError } from './errors.ts'

/** An event names what no event made: the journal is damaged, its reader quarantines it. */
export const impossible = (what: string): never => {
  throw new MillraceError('impossible_history', `${what}: the journal names what it never made`)
}

export const dagOf = (column: Column, dagId: string): Dag => column.dags.get(dagId) ?? impossible(`DAG ${dagId}`)
export const runOf = (dag: Dag, runId: string): Run => dag.runs.get(runId) ?? impossible(`run ${runId} of DAG ${dag.dagId}`)
