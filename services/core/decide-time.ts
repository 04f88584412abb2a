/** Timers that are due: a retry, a poke or a deferral's end, a run's start, a run's time-out, the schedule. An entry that its subject has left behind does nothing. */
import type { Timer } from './column-state.ts'
import type { Deciding } from './decide.ts'
import { timeOutDeferral } from './decide-deferral.ts'
import { timeOutRun } from './run-end.ts'
import { makeReady } from './task-change.ts'
import { tryAgain } from './wait-again.ts'

/** A machine that slept for a week wakes to many timers: they are decided in lots, and inputs go in between. */
const maxAtOnce = 1000

export const decideTime = (d: Deciding): void => {
  for (let n = 0; n < maxAtOnce; n++) {
    const timer = d.column.timers.peek()
    if (!timer || timer.at > d.now) break
    d.column.timers.pop()
    ring(d, timer)
  }
}

const ring = (d: Deciding, timer: Timer): void => {
  const dag = d.column.dags.get(timer.dagId)
  if (!dag) return
  if (timer.runId === '') {
    d.toStart.add(dag)
    return
  }
  const run = dag.runs.get(timer.runId)
  if (!run) return
  if (timer.key !== '') {
    const task = run.tasks.get(timer.key)
    if (task?.dueAt !== timer.at) return
    if (task.state === 'up_for_retry') tryAgain(d, dag, run, task)
    else if (task.state === 'up_for_reschedule') makeReady(d, dag, run, task)
    else if (task.state === 'deferred') timeOutDeferral(d, dag, run, task, timer.at)
    return
  }
  if (run.state === 'queued') d.toStart.add(dag)
  const timeoutMs = run.version.definition.dagrunTimeoutMs
  if (run.state === 'running' && timeoutMs !== null && run.startedAt !== null && run.startedAt + timeoutMs <= d.now) timeOutRun(d, dag, run)
}
