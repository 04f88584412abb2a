/** Finished runs leave memory for topic archive; the last few of each DAG stay. Retention drops the oldest for good. */
import type { Dag, Run } from './column-state.ts'
import type { Deciding } from './decide.ts'
import type { Input } from './events.ts'
import { isRunFinished } from './states.ts'

const keptInMemory = 25
/** Runs of a DAG that are retained, in memory or archived (PROTOCOL, `keepRuns`). */
const keepRuns = 10_000

/** Finished runs beyond those that stay in memory, oldest end first. */
export const runsToArchive = (dag: Dag): readonly Run[] => {
  const runs: Run[] = []
  for (const runId of dag.finished) {
    if (dag.finished.size - runs.length <= keptInMemory) break
    const run = dag.runs.get(runId)
    if (run) runs.push(run)
  }
  return runs
}

/** The archive has it: if the run is still as it was written, it leaves memory. */
export const archiveRun = (d: Deciding, { dagId, runId, n, offset }: Extract<Input, { kind: 'archived' }>): void => {
  const dag = d.column.dags.get(dagId)
  const run = dag?.runs.get(runId)
  if (!dag || !run || run.n !== n || !isRunFinished(run.state)) return
  d.emit({ type: 'RunArchived', dagId, runId, n, at: d.now, offset })
  while (dag.archived.size + dag.runs.size > keepRuns) {
    const oldest = dag.archived.values().next().value
    if (!oldest) return
    d.emit({ type: 'RunForgotten', dagId, runId: oldest.runId, n: oldest.n + 1, at: d.now })
  }
}
