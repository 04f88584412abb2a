import type { Run, TaskInstance } from './column-state.ts'
import type { EventOf } from './events.ts'
import type { TaskState } from './states.ts'

type Details = Partial<Omit<EventOf<'TaskStateChanged'>, 'type' | 'dagId' | 'runId' | 'taskId' | 'mapIndex' | 'n' | 'state'>>

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
  ...details,
})
