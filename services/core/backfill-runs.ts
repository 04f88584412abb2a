/** The runs of backfills: made one after another within the backfill's own limit, so that scheduled runs are never held up by them. */
import type { RunWindow } from '../../schemas/generated/records.ts'
import { clearRun } from './clear.ts'
import type { Backfill, Dag } from './column-state.ts'
import type { Deciding } from './decide.ts'
import type { EventOf } from './events.ts'
import { runIdOf } from './schedule/run-id.ts'
import { isRunFinished } from './states.ts'

/** Whether a date is to be processed: its run is not there, or is over in a state that the backfill takes up again. */
export const isOwed = (dag: Dag, window: RunWindow, reprocess: string): 'yes' | 'no' | 'archived' => {
  const runId = dag.byLogicalDate.get(window.logicalDate)
  if (runId === undefined) return 'yes'
  const run = dag.runs.get(runId) ?? dag.archived.get(runId)
  if (!run || !isRunFinished(run.state) || reprocess === 'none' || (reprocess === 'failed' && run.state !== 'failed')) return 'no'
  return dag.runs.has(runId) ? 'yes' : 'archived'
}

export const stateOfBackfill = (
  dag: Dag,
  backfill: Backfill,
  at: number,
  change: Partial<Pick<Backfill, 'state' | 'next' | 'skipped'>>,
): EventOf<'BackfillStateChanged'> => {
  const { backfillId, state, next, skipped } = backfill
  return { type: 'BackfillStateChanged', dagId: dag.dagId, backfillId, n: dag.n + 1, at, state, next, skipped, ...change }
}

export const takeUpBackfills = (d: Deciding, dag: Dag): void => {
  if (dag.paused || dag.removed) return
  for (const backfill of dag.backfills.values()) if (backfill.state === 'running') takeUp(d, dag, backfill)
}

const takeUp = (d: Deciding, dag: Dag, backfill: Backfill): void => {
  let { next, skipped } = backfill
  while (next < backfill.total && d.runsLeft > 0 && backfill.queued.size + backfill.running < backfill.maxActiveRuns) {
    const window = backfill.windows[next++]
    if (!window) break
    if (isOwed(dag, window, backfill.reprocess) !== 'yes') skipped++
    else {
      d.runsLeft--
      process(d, dag, backfill, window)
    }
  }
  const isOver = next >= backfill.total && backfill.queued.size + backfill.running === 0
  if (isOver || next !== backfill.next) d.emit(stateOfBackfill(dag, backfill, d.now, { state: isOver ? 'finished' : 'running', next, skipped }))
}

const process = (d: Deciding, dag: Dag, backfill: Backfill, window: RunWindow): void => {
  const known = dag.runs.get(dag.byLogicalDate.get(window.logicalDate) ?? '')
  if (known) return clearRun(d, dag, known, [...known.tasks.values()], dag.versions.get(dag.version) ?? null, backfill.backfillId)()
  const runId = runIdOf('backfill', window.runAfter)
  d.emit({
    type: 'RunCreated',
    dagId: dag.dagId,
    runId: dag.runs.has(runId) || dag.archived.has(runId) ? runIdOf('backfill', window.runAfter, `d${window.logicalDate}`) : runId,
    n: 1,
    at: d.now,
    version: dag.version,
    runType: 'backfill',
    ...window,
    conf: backfill.conf,
    triggeredBy: backfill.principal ?? 'backfill',
    note: null,
    backfillId: backfill.backfillId,
  })
}
