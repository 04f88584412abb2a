import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query'
import type { DagDetails, DagRows, DagRun, DagRuns, Grid, TaskInstance, TaskInstances, WaitReasons } from '../api/types.ts'
import { isAtRest } from '../states/state-order.ts'
import type { LiveEvent, Patched } from './live-event.ts'
import { patchDagDetails } from './patch-dag.ts'
import { patchDagRows } from './patch-dag-rows.ts'
import { patchGrid } from './patch-grid.ts'
import { patchRun, patchRuns } from './patch-run.ts'
import { patchTaskInstance, patchTaskInstances } from './patch-task-instances.ts'
import { patchWhy } from './patch-why.ts'

const pages = <T>(data: InfiniteData<T>, patch: (page: T) => Patched<T>): Patched<InfiniteData<T>> => {
  let changed = false
  let stale = 0
  const next = data.pages.map((page) => {
    const patched = patch(page)
    if (patched === 'stale') {
      stale += 1
      return page
    }
    if (patched !== page) changed = true
    return patched
  })
  // Only when no page knows the row is it missing.
  if (!changed && stale === data.pages.length) return 'stale'
  return changed ? { ...data, pages: next } : data
}

/** One cache with an event applied, by the kind of its key. */
export const patchCache = (key: QueryKey, data: unknown, event: LiveEvent): Patched<unknown> => {
  switch (key[0]) {
    case 'dag-rows':
      return pages(data as InfiniteData<DagRows>, (page) => patchDagRows(page, event))
    case 'dag':
      return patchDagDetails(data as DagDetails, event)
    case 'grid':
      return patchGrid(data as Grid, event)
    case 'runs':
      return pages(data as InfiniteData<DagRuns>, (page) => patchRuns(page, event))
    case 'run':
      return patchRun(data as DagRun, event)
    case 'task-instances':
      return event.data.dag_id === key[1] && event.kind === 'task' && event.data.dag_run_id === key[2] ? patchTaskInstances(data as TaskInstances, event) : data
    case 'task-instance':
      return patchTaskInstance(data as TaskInstance, event)
    case 'why':
      return patchWhy(key, data as WaitReasons, event)
    default:
      return data
  }
}

/** Keys that an event makes worth a new GET: what a try leaves behind, and what a deferred one waits for, is not in the stream. */
export const outdatedBy = (event: LiveEvent): readonly QueryKey[] => {
  if (event.kind !== 'task') return []
  const { dag_id, dag_run_id, task_id, map_index, state } = event.data
  const name = [dag_id, dag_run_id, task_id, map_index]
  const tries = [['tries', ...name]]
  if (state === 'deferred') return [...tries, ['task-instance', ...name]]
  return isAtRest(state) || state === 'up_for_retry' ? [...tries, ['xcoms', ...name], ['task-instance', ...name]] : tries
}

/** Applies an event to every cache there is, and returns the keys that must be fetched again. */
export const patchCaches = (client: QueryClient, event: LiveEvent): readonly QueryKey[] => {
  const again: QueryKey[] = [...outdatedBy(event)]
  for (const query of client.getQueryCache().getAll()) {
    if (query.state.data === undefined) continue
    const patched = patchCache(query.queryKey, query.state.data, event)
    if (patched === 'stale') again.push(query.queryKey)
    // A patch is no fetch: it must not make an old answer look fresh.
    else if (patched !== query.state.data) client.setQueryData(query.queryKey, patched, { updatedAt: query.state.dataUpdatedAt })
  }
  return again
}
