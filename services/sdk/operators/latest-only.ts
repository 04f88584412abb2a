import { makeTask } from '../make-task.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'

/**
 * Skips the tasks behind it unless this is the latest run of the schedule: while a catch-up or backfill goes through the past. Manual runs go on.
 * @example latestOnly('latest_only').before(sendReport)
 */
export const latestOnly = (taskId: string, options: TaskOptions = {}): MappableTask<undefined> =>
  makeTask<undefined>({ operator: 'latest_only', taskId, options: { ...options } })
