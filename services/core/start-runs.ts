/** Which runs start, and which the schedule and dataset events make: within maxActiveRuns, in order, never of a paused or removed DAG. Backfills come last. */
import type { RunWindow } from '../../schemas/generated/records.ts'
import { takeUpBackfills } from './backfill-runs.ts'
import type { Dag, Lane } from './column-state.ts'
import { makeDatasetRuns } from './dataset-runs.ts'
import type { Deciding } from './decide.ts'
import { beginRun } from './look-below.ts'
import { runIdOf } from './schedule/run-id.ts'
import { nextWindow } from './schedule/timetable.ts'

/** Starts queued runs, oldest first, lets the schedule and dataset events make those that are due, then gives backfills what is theirs. */
export const startRuns = (d: Deciding, dag: Dag): void => {
  const limit = newest(dag)?.definition.maxActiveRuns ?? 0
  startQueued(d, dag, dag, limit)
  makeScheduled(d, dag, limit)
  makeDatasetRuns(d, dag, limit, () => startQueued(d, dag, dag, limit))
  takeUpBackfills(d, dag)
  for (const backfill of dag.backfills.values()) if (backfill.state !== 'paused') startQueued(d, dag, backfill, backfill.maxActiveRuns)
}

const newest = (dag: Dag) => dag.versions.get(dag.version)

const startQueued = (d: Deciding, dag: Dag, lane: Lane, limit: number): void => {
  if (dag.paused) return
  for (const runId of lane.queued) {
    if (lane.running >= limit) return
    const run = dag.runs.get(runId)
    if (!run || run.runAfter > d.now) continue
    d.emit({ type: 'RunStateChanged', dagId: dag.dagId, runId, n: run.n + 1, at: d.now, state: 'running', reason: null, backfillId: null })
    beginRun(d, dag, run)
    // One that was left in line: a teardown that outlived its marked run, lost its worker, and finds the run going on.
    const inLine = run.ready.peek()
    if (inLine) d.freed.push({ dag, run, task: inLine })
  }
}

const makeScheduled = (d: Deciding, dag: Dag, limit: number): void => {
  if (dag.paused || dag.removed) return
  for (; d.runsLeft > 0 && dag.running + dag.queued.size < limit; d.runsLeft--) {
    const due = dueWindow(d, dag)
    if (!due) return
    if (dag.byLogicalDate.has(due.logicalDate)) {
      // A manual run or a backfill took this date: the schedule goes on behind it.
      planAfter(d, dag, due)
      continue
    }
    d.emit({
      type: 'RunCreated',
      dagId: dag.dagId,
      runId: freeRunId(dag, due),
      n: 1,
      at: d.now,
      version: dag.version,
      runType: 'scheduled',
      logicalDate: due.logicalDate,
      dataIntervalStart: due.dataIntervalStart,
      dataIntervalEnd: due.dataIntervalEnd,
      runAfter: due.runAfter,
      conf: '{}',
      triggeredBy: 'schedule',
      note: null,
      backfillId: null,
      datasetEvents: [],
    })
    planAfter(d, dag, due)
    startQueued(d, dag, dag, limit)
  }
}

const freeRunId = (dag: Dag, window: RunWindow): string => {
  const runId = runIdOf('scheduled', window.runAfter)
  return dag.runs.has(runId) || dag.archived.has(runId) ? runIdOf('scheduled', window.runAfter, `d${window.logicalDate}`) : runId
}

/** The planned run, when its time has come. Without catchup a gap may have opened since it was planned: only the latest complete interval is run. */
const dueWindow = (d: Deciding, dag: Dag): RunWindow | null => {
  if (!dag.next || dag.next.runAfter > d.now) return null
  const definition = newest(dag)?.definition
  const latest = definition ? nextWindow(definition, dag.last, d.now) : null
  return latest && latest.runAfter <= d.now && latest.logicalDate >= dag.next.logicalDate ? latest : dag.next
}

const planAfter = (d: Deciding, dag: Dag, after: RunWindow): void => {
  const definition = newest(dag)?.definition
  plan(d, dag, definition ? nextWindow(definition, after, d.now) : null)
}

/** Plans the next run anew: after a new version, after unpausing. */
export const replan = (d: Deciding, dag: Dag): void => {
  const definition = newest(dag)?.definition
  plan(d, dag, definition && !dag.removed ? nextWindow(definition, dag.last, d.now) : null)
}

const plan = (d: Deciding, dag: Dag, next: RunWindow | null): void => {
  if (sameWindow(dag.next, next)) return
  d.emit({ type: 'NextRunPlanned', dagId: dag.dagId, n: dag.n + 1, at: d.now, next })
}

const sameWindow = (a: RunWindow | null, b: RunWindow | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.logicalDate === b.logicalDate &&
    a.dataIntervalStart === b.dataIntervalStart &&
    a.dataIntervalEnd === b.dataIntervalEnd &&
    a.runAfter === b.runAfter)
