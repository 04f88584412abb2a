import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { TaskInstances } from '../api/types.ts'
import { type ChangeSubject, type ClearChoice, reachBody } from './change-subject.ts'
import { inEachRun } from './in-each-run.ts'
import { keys } from './keys.ts'

const clear = async (subject: ChangeSubject, choice: ClearChoice, dryRun: boolean, signal?: AbortSignal): Promise<TaskInstances | null> => {
  const common = { dry_run: dryRun, only_failed: choice.onlyFailed, run_on_latest_version: choice.latestVersion }
  const aborts = signal ? { signal } : {}
  const inRun = (runId: string, taskIds: readonly (string | [string, number])[]): Promise<TaskInstances> => {
    const body = { ...common, ...reachBody(choice), only_running: false, reset_dag_runs: true, dag_run_id: runId, task_ids: [...taskIds] }
    return dataOf(api.POST('/api/v2/dags/{dag_id}/clearTaskInstances', { ...aborts, params: { path: { dag_id: subject.dagId } }, body }))
  }
  if (subject.what === 'range') return inEachRun(subject, inRun)
  if (subject.what === 'task') return inRun(subject.runId, [subject.mapIndex === null ? subject.taskId : [subject.taskId, subject.mapIndex]])
  const path = { dag_id: subject.dagId, dag_run_id: subject.runId }
  const answer = await dataOf(api.POST('/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/clear', { ...aborts, params: { path }, body: common }))
  return 'task_instances' in answer ? answer : null
}

/** What clearing would touch, asked anew with every change of the choice. */
export const useClearDryRun = (subject: ChangeSubject, choice: ClearChoice) =>
  useQuery({
    queryKey: keys.touched('clear', subject, choice),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => clear(subject, choice, true, signal),
  })

/** Clears; what changes shows up by the live stream. Of a whole run the answer names no instances. */
export const useClear = () =>
  useMutation({ mutationFn: ({ subject, choice }: { readonly subject: ChangeSubject; readonly choice: ClearChoice }) => clear(subject, choice, false) })
