import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { TaskInstances } from '../api/types.ts'
import { type ChangeSubject, type MarkState, type Reach, reachBody } from './change-subject.ts'
import { keys } from './keys.ts'

interface Wish {
  readonly subject: ChangeSubject
  readonly state: MarkState
  readonly reach: Reach
}

const runPath = '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}'
const taskPath = `${runPath}/taskInstances/{task_id}` as const

const listTouched = ({ subject, state, reach }: Wish, signal: AbortSignal): Promise<TaskInstances> => {
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

const mark = async ({ subject, state, reach }: Wish): Promise<TaskInstances | null> => {
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
