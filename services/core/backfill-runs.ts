/** The runs of backfills: made one after another within the backfill's own limit, so that scheduled runs are never held up by them. */
import type { RunWindow } from '../../schemas/generated/records.ts'
import { clearRun } from './clear.ts'
import type { Backfill, Dag } from './column-state.ts'
import type { Deciding } from './decide.ts'
import type { EventOf } from './events.ts'
import { bringBack, readBack } from './revive.ts'
import { runIdOf } from './schedule/run-id.ts'
import { isRunFinished } from './states.ts'

/** Whether a date is to be processed: its run is not there, or is over in a state that the backfill takes up again. */
export const isOwed = (dag: Dag, window: RunWindow, reprocess: string): boolean => {
  const runId = dag.byLogicalDate.get(window.logicalDate)
  if (runId === undefined) return true
  const run = dag.runs.get(runId) ?? dag.archived.get(runId)
  return run !== undefined && isRunFinished(run.state) && reprocess !== 'none' && (reprocess !== 'failed' || run.state === 'failed')
}

/** The archived run of a date that is to be processed again, or null. */
const archivedAt = (dag: Dag, window: RunWindow, reprocess: string): string | null => {
  const runId = dag.byLogicalDate.get(window.logicalDate)
  return runId !== undefined && dag.archived.has(runId) && isOwed(dag, window, reprocess) ? runId : null
}

/** Archived runs at a time that backfills read back, at most. */
const maxAhead = 20

/** The archived runs that backfills would process again next, if they had them. */
export const archivedAhead = (dag: Dag): readonly string[] => {
  const ids: string[] = []
  if (dag.paused || dag.removed) return ids
  for (const backfill of dag.backfills.values()) {
    if (backfill.state !== 'running') continue
    let free = backfill.maxActiveRuns - backfill.queued.size - backfill.running
    for (let next = backfill.next; next < backfill.total && free > 0 && ids.length < maxAhead; next++) {
      const window = backfill.windows[next]
      if (!window || !isOwed(dag, window, backfill.reprocess)) continue
      free--
      const runId = archivedAt(dag, window, backfill.reprocess)
      if (runId !== null) ids.push(runId)
    }
  }
  return ids
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
    const window = backfill.windows[next]
    if (!window) break
    const archived = archivedAt(dag, window, backfill.reprocess)
    const read = archived === null ? null : readBack(d, dag, archived)
    if (archived !== null && read === null) break // it goes on when the shell has read it back
    next++
    if (!isOwed(dag, window, backfill.reprocess) || read?.ok === false) skipped++
    else {
      d.runsLeft--
      process(d, dag, backfill, window)
    }
  }
  const isOver = next >= backfill.total && backfill.queued.size + backfill.running === 0
  if (isOver || next !== backfill.next) d.emit(stateOfBackfill(dag, backfill, d.now, { state: isOver ? 'finished' : 'running', next, skipped }))
}

const process = (d: Deciding, dag: Dag, backfill: Backfill, window: RunWindow): void => {
  const known = bringBack(d, dag, dag.byLogicalDate.get(window.logicalDate) ?? '')
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
    datasetEvents: [],
  })
}
