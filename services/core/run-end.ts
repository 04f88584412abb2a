/** The end of a run (SEMANTICS 1): by its leaves when nothing can change any more, by deadlock, by its time-out. */
import { type Dag, instancesOf, type Run } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { isFinished } from './states.ts'
import { takeAway } from './task-change.ts'
import { waitsForPast } from './waits-for-past.ts'

/** Looked at after every change: two counters say whether anything can still happen. */
export const endIfOver = (d: Deciding, dag: Dag, run: Run): void => {
  if (run.state !== 'running') return
  if (run.unfinished === 0) {
    const { state, reason } = verdictOfLeaves(run)
    finishRun(d, dag, run, state, reason)
  } else if (run.moving === 0 && !waitsForPast(dag, run)) finishRun(d, dag, run, 'failed', deadlock(run))
}

const verdictOfLeaves = (run: Run): { readonly state: 'success' | 'failed'; readonly reason: string | null } => {
  for (const leaf of run.version.graph.leaves)
    for (const { state, key } of instancesOf(run, leaf.definition.taskId))
      if (state === 'failed' || state === 'upstream_failed') return { state: 'failed', reason: `leaf task ${key} ${state}` }
  return { state: 'success', reason: null }
}

/** What the leaves make of a run that is finished already, after a mark; null when that is what it is. */
export const changedVerdict = (run: Run): 'success' | 'failed' | null => {
  const { state } = verdictOfLeaves(run)
  return state === run.state ? null : state
}

const deadlock = (run: Run): string => {
  const stuck = [...run.tasks.values()].filter(({ state }) => !isFinished(state)).map(({ key }) => key)
  return `deadlock: nothing runs, and ${stuck.length} task instances can never run: ${stuck.slice(0, 5).join(', ')}${stuck.length > 5 ? ', ...' : ''}`
}

export const finishRun = (d: Deciding, dag: Dag, run: Run, state: 'success' | 'failed', reason: string | null): void => {
  d.emit({ type: 'RunStateChanged', dagId: dag.dagId, runId: run.runId, n: run.n + 1, at: d.now, state, reason, backfillId: null })
  d.toStart.add(dag)
  const limit = dag.versions.get(dag.version)?.definition.maxConsecutiveFailedRuns ?? 0
  if (state === 'failed' && limit > 0 && dag.failedInARow >= limit && !dag.paused)
    d.emit({ type: 'DagPauseChanged', dagId: dag.dagId, n: dag.n + 1, at: d.now, paused: true, reason: `${dag.failedInARow} failed runs in a row` })
}

/** dagrunTimeout: the run fails and its unfinished tasks are skipped. */
export const timeOutRun = (d: Deciding, dag: Dag, run: Run): void => {
  endRun(d, dag, run, 'dagrun_timeout', 'dagrun_timeout')
}

export const endRun = (d: Deciding, dag: Dag, run: Run, taskReason: string, reason: string): void => {
  for (const task of [...run.tasks.values()]) if (!isFinished(task.state)) takeAway(d, dag, run, task, 'skipped', taskReason)
  finishRun(d, dag, run, 'failed', reason)
}
