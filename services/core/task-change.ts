import type { Dag, Run, TaskInstance } from './column-state.ts'
import type { Deciding } from './decide.ts'
import type { EventOf } from './events.ts'
import { isFinished, isHeld, isWithWorker, type TaskState } from './states.ts'

export type Details = Partial<Omit<EventOf<'TaskStateChanged'>, 'type' | 'dagId' | 'runId' | 'taskId' | 'mapIndex' | 'n' | 'state'>>

/** The event that brings an instance into a state; details that are not given keep the try and forget the rest. */
export const taskChange = (run: Run, task: TaskInstance, state: TaskState, at: number, details: Details = {}): EventOf<'TaskStateChanged'> => ({
  type: 'TaskStateChanged',
  dagId: run.dagId,
  runId: run.runId,
  taskId: task.taskId,
  mapIndex: task.mapIndex,
  n: run.n + 1,
  at,
  state,
  tryNumber: task.tryNumber,
  token: null,
  dueAt: null,
  infraTries: task.infraTries,
  reason: null,
  error: null,
  worker: null,
  hostname: null,
  pid: null,
  rendered: null,
  xcoms: [],
  chosen: null,
  resultLength: null,
  trigger: null,
  resume: null,
  outlets: [],
  ...details,
})

/** Changes an instance's state and notes what has to be looked at for it: what lies below an end, who gets a free place, whether the run is over. */
export const move = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, state: TaskState, details: Details = {}): void => {
  const before = task.state
  d.emit(taskChange(run, task, state, details.at ?? d.now, details))
  if (isFinished(state)) d.settled.push({ dag, run, task })
  if (isWithWorker(before) && !isWithWorker(state)) d.freed.push({ dag, run, task })
  d.touched.set(run, dag)
}

/** Puts an instance that waited (for a retry, a poke, a trigger) back in line. */
export const makeReady = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, details: Details = {}): void => {
  move(d, dag, run, task, 'scheduled', details)
  d.freed.push({ dag, run, task })
}

/** Takes an instance away from where it stands. What a worker or triggerer may hold has to be cancelled: the executor knows that by the reason (executor/wanted.ts). */
export const takeAway = (d: Deciding, dag: Dag, run: Run, task: TaskInstance, state: TaskState, reason: string, details: Details = {}): void =>
  move(d, dag, run, task, state, { ...details, reason: isHeld(task.state) && !takenAwayReasons.has(reason) ? 'marked' : reason })

const takenAwayReasons: ReadonlySet<string> = new Set(['cleared', 'marked', 'dagrun_timeout', 'worker_lost'])
