/** Events of runs that leave memory, come back, or are forgotten (decisions/0004). */
import { parseArchived, revived } from './archived-state.ts'
import { type Dag, instancesOf, type Run } from './column-state.ts'
import type { EventOf } from './events.ts'
import { impossible, runOf } from './impossible.ts'
import { removeDate } from './run-dates.ts'

export const archiveRun = (dag: Dag, { runId, n, offset }: EventOf<'RunArchived'>): void => {
  const run = runOf(dag, runId)
  dag.runs.delete(runId)
  dag.finished.delete(runId)
  const unsettled = unsettledTasks(run)
  dag.archived.set(runId, {
    runId,
    logicalDate: run.logicalDate,
    state: run.state,
    n,
    endedAt: run.endedAt,
    offset,
    ...(unsettled.length > 0 ? { unsettled } : {}),
  })
  const used = new Set([dag.version, ...[...dag.runs.values()].map((r) => r.version.version)])
  for (const version of dag.versions.keys()) if (!used.has(version)) dag.versions.delete(version)
}

/** What the next run may want to know of a run that left memory: a DAG that does not look back keeps nothing. */
const unsettledTasks = (run: Run): readonly string[] => {
  const { graph } = run.version
  if (!graph.looksBack) return []
  const watched = [...graph.tasks.keys()].filter((taskId) => (graph.tasks.get(taskId)?.pastBelow.length ?? 0) > 0)
  return watched.filter((taskId) => instancesOf(run, taskId).some(({ state }) => state !== 'success' && state !== 'skipped'))
}

/** The run is as it was when it left, and a finished one in memory like any other. The version that it is pinned to comes back with it. */
export const reviveRun = (dag: Dag, { runId, state, last }: EventOf<'RunRevived'>): void => {
  if (!dag.archived.has(runId)) impossible(`archived run ${runId} of DAG ${dag.dagId}`)
  dag.reviving += state
  if (!last) return
  const { run, version } = revived(dag, parseArchived(dag.reviving) ?? impossible(`archived state of run ${runId} of DAG ${dag.dagId}`))
  dag.reviving = ''
  dag.archived.delete(runId)
  dag.versions.set(version.version, version)
  dag.runs.set(runId, run)
  dag.finished.add(runId)
}

export const forgetRun = (dag: Dag, runId: string): void => {
  const run = dag.archived.get(runId) ?? runOf(dag, runId)
  dag.archived.delete(runId)
  dag.runs.delete(runId)
  dag.finished.delete(runId)
  if (run.logicalDate !== null) removeDate(dag, run.logicalDate, runId)
}
