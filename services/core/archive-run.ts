/** Finished runs leave memory for topic archive; the last few of each DAG stay. */
import type { Dag, Run } from './column-state.ts'
import type { Deciding } from './decide.ts'
import type { Input } from './events.ts'
import { isRunFinished } from './states.ts'

const keptInMemory = 25

/** Finished runs beyond those that stay in memory, oldest end first. */
export const runsToArchive = (dag: Dag): readonly Run[] => {
  const runs: Run[] = []
  for (const runId of dag.finished) {
    if (dag.finished.size - runs.length <= keptInMemory) break
    const run = dag.runs.get(runId)
    // A teardown may outlive a run that was marked: its report has to find it.
    if (run && run.moving === 0) runs.push(run)
  }
  return runs
}

/** The archive has it: if the run is still as it was written, it leaves memory. */
export const archiveRun = (d: Deciding, { dagId, runId, n, offset }: Extract<Input, { kind: 'archived' }>): void => {
  const dag = d.column.dags.get(dagId)
  const run = dag?.runs.get(runId)
  if (!dag || !run || run.n !== n || !isRunFinished(run.state)) return
  d.emit({ type: 'RunArchived', dagId, runId, n, at: d.now, offset })
}
