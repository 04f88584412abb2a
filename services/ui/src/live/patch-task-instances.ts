import type { LiveTask, TaskInstance, TaskInstances } from '../api/types.ts'
import type { LiveEvent, Patched } from './live-event.ts'
import { isNewer } from './newer.ts'

const seconds = (from: string | null, to: string | null): number | null => (from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : null)

const merge = (instance: TaskInstance, live: LiveTask): TaskInstance => {
  const start = live.start_date ?? (live.try_number === instance.try_number ? instance.start_date : null)
  return {
    ...instance,
    state: live.state,
    try_number: live.try_number,
    start_date: start,
    end_date: live.end_date,
    due_date: live.due_date,
    duration: seconds(start, live.end_date),
    hostname: live.hostname ?? instance.hostname,
    worker: live.worker ?? instance.worker,
    reason: live.reason,
    error: live.error,
    trigger: live.state === 'deferred' ? instance.trigger : null,
    event_number: live.event_number,
  }
}

const isAbout = (instance: TaskInstance, live: LiveTask): boolean =>
  instance.task_id === live.task_id && instance.dag_run_id === live.dag_run_id && instance.dag_id === live.dag_id && instance.map_index === live.map_index

/** The task instances of one run with an event applied; one that is missing (just expanded) is fetched. */
export const patchTaskInstances = (page: TaskInstances, event: LiveEvent): Patched<TaskInstances> => {
  if (event.kind !== 'task') return page
  const at = page.task_instances.findIndex((instance) => isAbout(instance, event.data))
  const shown = page.task_instances[at]
  if (!shown) return 'stale'
  if (!isNewer(event.data.event_number, shown.event_number)) return page
  return { ...page, task_instances: page.task_instances.with(at, merge(shown, event.data)) }
}

/** One task instance with an event applied. Rendered fields and the process come with the end of a try, which only a GET tells; so does a trigger. */
export const patchTaskInstance = (instance: TaskInstance, event: LiveEvent): Patched<TaskInstance> => {
  if (event.kind !== 'task' || !isAbout(instance, event.data) || !isNewer(event.data.event_number, instance.event_number)) return instance
  return merge(instance, event.data)
}
