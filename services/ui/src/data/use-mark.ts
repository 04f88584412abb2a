import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { TaskInstances } from '../api/types.ts'
import { type ChangeSubject, type MarkState, type RangeSubject, type Reach, reachBody } from './change-subject.ts'
import { inEachRun } from './in-each-run.ts'
import { keys } from './keys.ts'

interface Wish {
  readonly subject: ChangeSubject
  readonly state: MarkState
  readonly reach: Reach
}

const runPath = '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}'
const taskPath = `${runPath}/taskInstances/{task_id}` as const

/** All of a run's tasks in one decision: marked one by one, the first would let the others run again. */
const markRange = (subject: RangeSubject, { state, reach }: Wish, dryRun: boolean, aborts: { readonly signal?: AbortSignal } = {}): Promise<TaskInstances> =>
  inEachRun(subject, (runId, taskIds) => {
    const { include_upstream, include_downstream } = reachBody(reach)
    const body = { dry_run: dryRun, dag_run_id: runId, task_ids: [...taskIds], new_state: state, include_upstream, include_downstream }
    return dataOf(api.POST('/ui/dags/{dag_id}/markTaskInstances', { ...aborts, params: { path: { dag_id: subject.dagId } }, body }))
  })

const listTouched = (wish: Wish, signal: AbortSignal): Promise<TaskInstances> => {
  const { subject, state, reach } = wish
  if (subject.what === 'range') return markRange(subject, wish, true, { signal })
  const run = { dag_id: subject.dagId, dag_run_id: subject.runId }
  if (subject.what === 'run') {
    if (state === 'skipped') return Promise.resolve({ task_instances: [], total_entries: 0 })
    return dataOf(api.PATCH(`${runPath}/dry_run`, { signal, params: { path: run }, body: { state } }))
  }
  const body = { new_state: state, ...reachBody(reach) }
  const path = { ...run, task_id: subject.taskId }
  return subject.mapIndex === null
    ? dataOf(api.PATCH(`${taskPath}/dry_run`, { signal, params: { path }, body }))
    : dataOf(api.PATCH(`${taskPath}/{map_index}/dry_run`, { signal, params: { path: { ...path, map_index: subject.mapIndex } }, body }))
}

const mark = async (wish: Wish): Promise<TaskInstances | null> => {
  const { subject, state, reach } = wish
  if (subject.what === 'range') return markRange(subject, wish, false)
  const run = { dag_id: subject.dagId, dag_run_id: subject.runId }
  if (subject.what === 'run') {
    if (state !== 'skipped') await dataOf(api.PATCH(runPath, { params: { path: run }, body: { state } }))
    return null
  }
  const body = { new_state: state, ...reachBody(reach) }
  const path = { ...run, task_id: subject.taskId }
  return subject.mapIndex === null
    ? dataOf(api.PATCH(taskPath, { params: { path }, body }))
    : dataOf(api.PATCH(`${taskPath}/{map_index}`, { params: { path: { ...path, map_index: subject.mapIndex } }, body }))
}

/** What marking would touch, asked anew with every change of the choice. */
export const useMarkDryRun = (wish: Wish) =>
  useQuery({
    queryKey: keys.touched('mark', wish.subject, { state: wish.state, ...wish.reach }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => listTouched(wish, signal),
  })

/** Marks; what changes shows up by the live stream. Of a whole run the answer names no instances. */
export const useMark = () => useMutation({ mutationFn: mark })
