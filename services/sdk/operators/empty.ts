import { makeTask } from '../make-task.ts'
import type { MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'

/** A task that does nothing: a mark in the graph, such as a start or an end. It never reaches a worker. */
export const empty = (taskId: string, options: TaskOptions = {}): MappableTask<undefined> =>
  makeTask<undefined>({ operator: 'empty', taskId, options: { ...options } })
