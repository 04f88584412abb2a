/** SEMANTICS 1: the states of a task instance and of a DAG run, in the words of Airflow. */
export const taskStates = [
  'none',
  'scheduled',
  'queued',
  'running',
  'success',
  'failed',
  'skipped',
  'upstream_failed',
  'up_for_retry',
  'up_for_reschedule',
  'deferred',
  'restarting',
  'removed',
] as const
export type TaskState = (typeof taskStates)[number]

export const runStates = ['queued', 'running', 'success', 'failed'] as const
export type RunState = (typeof runStates)[number]

export const runTypes = ['scheduled', 'manual', 'backfill', 'dataset_triggered'] as const
export type RunType = (typeof runTypes)[number]

/** A finished instance changes only by clear or mark. */
export const isFinished = (state: TaskState): boolean =>
  state === 'success' || state === 'failed' || state === 'skipped' || state === 'upstream_failed' || state === 'removed'

/** A worker may hold an attempt of it. */
export const isWithWorker = (state: TaskState): boolean => state === 'queued' || state === 'running'

/** A worker or a triggerer may hold something of it: what its token names. */
export const isHeld = (state: TaskState): boolean => isWithWorker(state) || state === 'deferred'

export const isRunFinished = (state: RunState): boolean => state === 'success' || state === 'failed'
