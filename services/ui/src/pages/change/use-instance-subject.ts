import { useMemo } from 'react'
import type { OneSubject } from '../../data/change-subject.ts'
import type { InstanceName } from '../../data/use-task-instance.ts'

/** A task instance as what is to be cleared or marked; the same value while the name is the same. */
export const useInstanceSubject = ({ dagId, runId, taskId, mapIndex }: InstanceName): OneSubject =>
  useMemo(() => ({ what: 'task', dagId, runId, taskId, mapIndex: mapIndex < 0 ? null : mapIndex }), [dagId, runId, taskId, mapIndex])
