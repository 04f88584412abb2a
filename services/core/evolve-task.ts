/** Events of task instances into the column's state. */
import { type Column, type Dag, instanceKey, type Run, type TaskInstance } from './column-state.ts'
import type { EventOf } from './events.ts'
import { impossible, runOf } from './impossible.ts'
import { countActive, countEnd, countState, expandTask } from './run-instances.ts'
import { isFinished, isWithWorker, type TaskState } from './states.ts'

export const mapTask = (dag: Dag, event: EventOf<'TaskMapped'>): void => {
  const run = runOf(dag, event.runId)
  run.n = event.n
  expandTask(run, event.taskId, event.length)
}

/** Of an instance, or of the run itself. */
export const changeNote = (dag: Dag, { runId, taskId, mapIndex, n, note }: EventOf<'NoteChanged'>): void => {
  const run = runOf(dag, runId)
  run.n = n
  if (taskId === null) run.note = note
  else (run.tasks.get(instanceKey(taskId, mapIndex)) ?? impossible(`task ${taskId} of run ${runId} of DAG ${dag.dagId}`)).note = note
}

export const changeTask = (column: Column, dag: Dag, event: EventOf<'TaskStateChanged'>): void => {
  const run = runOf(dag, event.runId)
  const task = run.tasks.get(instanceKey(event.taskId, event.mapIndex)) ?? impossible(`task ${event.taskId} of run ${event.runId} of DAG ${event.dagId}`)
  const before = task.state
  const state = event.state as TaskState
  run.n = event.n
  task.state = state
  if (event.tryNumber !== task.tryNumber || state === 'up_for_reschedule') task.tryStartedAt = null
  task.tryNumber = event.tryNumber
  task.infraTries = event.infraTries
  task.dueAt = event.dueAt
  task.error = event.error
  task.chosen = event.chosen
  task.resultLength = event.resultLength
  task.trigger = event.trigger
  task.resume = event.resume ?? (goesOn(event, state) ? task.resume : null)
  task.poking = state === 'up_for_reschedule' || state === 'deferred' || (task.poking && state === 'scheduled')
  if (state !== 'running') task.token = event.token
  countState(run, before, -1)
  countState(run, state, 1)
  if (isWithWorker(before) !== isWithWorker(state)) countPlaces(dag, run, task, isWithWorker(state) ? 1 : -1)
  if (isFinished(before)) countEnd(run, task, before, -1)
  if (isFinished(state)) countEnd(run, task, state, 1)
  if (task.xcoms.length > 0) run.xcoms--
  task.xcoms = event.xcoms
  if (task.xcoms.length > 0) run.xcoms++
  stamp(task, event, state)
  if (state === 'scheduled') run.ready.push(task)
  if (event.dueAt !== null) column.timers.push({ at: event.dueAt, dagId: run.dagId, runId: run.runId, key: task.key })
}

/** Whether the attempt that got a trigger's event is still to come, or under way: a lost worker does not make its task wait again. */
const goesOn = ({ reason }: EventOf<'TaskStateChanged'>, state: TaskState): boolean =>
  state === 'scheduled' || state === 'queued' || state === 'running' || (state === 'up_for_retry' && reason === 'worker_lost')

const countPlaces = (dag: Dag, run: Run, task: TaskInstance, by: 1 | -1): void => {
  const definition = run.version.graph.tasks.get(task.taskId)?.definition
  countActive(run.activeOf, definition?.maxActiveTisPerRun ?? null, task.taskId, by)
  countActive(dag.activeOf, definition?.maxActiveTis ?? null, task.taskId, by)
}

const stamp = (task: TaskInstance, event: EventOf<'TaskStateChanged'>, state: TaskState): void => {
  if (state === 'queued') {
    task.queuedAt = event.at
    task.startedAt = null
    task.endedAt = null
    task.worker = null
  } else if (state === 'running') {
    task.startedAt = event.at
    task.firstStartedAt ??= event.at
    task.tryStartedAt ??= event.at
    task.worker = event.worker
  } else if (isFinished(state)) {
    task.startedAt ??= event.at
    task.endedAt = event.at
  } else if (state === 'deferred') {
    task.firstStartedAt ??= event.at
    task.tryStartedAt ??= event.at
  } else if (state === 'none' && event.reason === 'cleared') {
    // A fresh set of retries; the number of tries goes on.
    task.triesBefore = event.tryNumber
    task.firstStartedAt = null
    task.tryStartedAt = null
    task.startedAt = null
    task.endedAt = null
  }
}
