import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, dataOf } from '../api/client.ts'
import type { OneSubject } from './change-subject.ts'
import { keys } from './keys.ts'

interface Wish {
  readonly subject: OneSubject
  /** Empty: none. */
  readonly note: string
}

const runPath = '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}'
const taskPath = `${runPath}/taskInstances/{task_id}` as const

const send = async ({ subject, note }: Wish): Promise<void> => {
  const body = { note: note === '' ? null : note }
  const run = { dag_id: subject.dagId, dag_run_id: subject.runId }
  if (subject.what === 'run') {
    await dataOf(api.PATCH(runPath, { params: { path: run }, body }))
    return
  }
  const reach = { include_upstream: false, include_downstream: false, include_past: false, include_future: false }
  const path = { ...run, task_id: subject.taskId }
  await (subject.mapIndex === null
    ? dataOf(api.PATCH(taskPath, { params: { path }, body: { ...body, ...reach } }))
    : dataOf(api.PATCH(`${taskPath}/{map_index}`, { params: { path: { ...path, map_index: subject.mapIndex } }, body: { ...body, ...reach } })))
}

/** Puts a note on a run or a task instance, for people. */
export const useSetNote = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: (_, { subject }) =>
      client.invalidateQueries({
        queryKey: subject.what === 'run' ? keys.run(subject.dagId, subject.runId) : ['task-instance', subject.dagId, subject.runId, subject.taskId],
      }),
  })
}
