/** The states as the API shows them; test/unit/api/states proves that they are core's. A task instance in state `none` is `null` in Airflow's API, and here. */
export const apiRunStates = ['queued', 'running', 'success', 'failed'] as const

export const apiTaskStates = [
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

/** What a filter takes: `none` stands for null. */
export const apiTaskStateFilter = [...apiTaskStates, 'none'] as const

export const apiRunTypes = ['scheduled', 'manual', 'backfill', 'dataset_triggered'] as const

export type ApiTaskState = (typeof apiTaskStates)[number]
export type ApiRunState = (typeof apiRunStates)[number]
