/** Finished runs beyond what a DAG keeps (`keepRuns`) are forgotten, oldest first: their history goes, and with it their identity (PROTOCOL, "Runs"). */
import type { Dag } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { durationMs } from './normal-duration.ts'
import { maxKeptRuns } from './normal-kinds.ts'

/** Runs that one decision forgets; what is left is due at once. */
const maxAtOnce = 500

export const forgetOldRuns = (d: Deciding, dag: Dag): void => {
  const { runs, ageMs } = keptBy(dag)
  for (let forgotten = 0; ; forgotten++) {
    const oldest = oldestFinished(dag)
    if (!oldest) return
    const isTooMany = dag.archived.size + dag.finished.size > runs
    const dueAt = oldest.endedAt + ageMs
    if (!isTooMany && dueAt > d.now) return Number.isFinite(dueAt) ? lookAgainAt(d, dag, dueAt) : undefined
    // A teardown may outlive a run that was marked: its end looks again.
    if (oldest.isActive) return
    if (forgotten === maxAtOnce) return lookAgainAt(d, dag, d.now)
    d.emit({ type: 'RunForgotten', dagId: dag.dagId, runId: oldest.runId, n: oldest.n + 1, at: d.now })
  }
}

/** When the oldest finished run is too old, or null. */
export const forgetsAt = (dag: Dag): number | null => {
  const { ageMs } = keptBy(dag)
  const oldest = Number.isFinite(ageMs) ? oldestFinished(dag) : null
  return oldest ? oldest.endedAt + ageMs : null
}

/** One timer at a time: as a rule the next run's end looks at the same run. */
const lookAgainAt = (d: Deciding, dag: Dag, dueAt: number): void => {
  if (dag.forgetsAt > d.now && dag.forgetsAt <= dueAt) return
  dag.forgetsAt = dueAt
  d.column.timers.push({ at: dueAt, dagId: dag.dagId, runId: '', key: '' })
}

const keptBy = (dag: Dag): { readonly runs: number; readonly ageMs: number } => {
  const keepRuns = dag.versions.get(dag.version)?.definition.keepRuns ?? maxKeptRuns
  return typeof keepRuns === 'number' ? { runs: keepRuns, ageMs: Number.POSITIVE_INFINITY } : { runs: maxKeptRuns, ageMs: durationMs(keepRuns) ?? 0 }
}

interface Finished {
  readonly runId: string
  readonly n: number
  readonly endedAt: number
  readonly isActive: boolean
}

/** By the order in which they left memory or ended. */
const oldestFinished = (dag: Dag): Finished | null => {
  for (const { runId, n, endedAt, logicalDate } of dag.archived.values()) return { runId, n, endedAt: endedAt ?? logicalDate ?? 0, isActive: false }
  for (const runId of dag.finished) {
    const run = dag.runs.get(runId)
    if (run) return { runId, n: run.n, endedAt: run.endedAt ?? 0, isActive: run.moving > 0 }
  }
  return null
}
