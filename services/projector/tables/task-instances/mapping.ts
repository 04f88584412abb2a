/**
 * A task is either mapped (instances 0..n-1) or not (one instance, -1). An event in state none says which: those of the other kind are no more. Their
 * tries stay, as those of any instance that was cleared.
 */
import type { TaskEvent } from '../../../../schemas/generated/records.ts'
import type { Session } from '../../../platform/store/session.ts'

export interface MappingChange {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  readonly isMapped: boolean
  readonly n: number
}

/** The last word on each task; only events in state none can change it, and those are few. */
export const mappingChanges = (events: readonly TaskEvent[]): readonly MappingChange[] => {
  const changes = new Map<string, MappingChange>()
  for (const { dagId, runId, taskId, mapIndex, n, state } of events) {
    if (state !== 'none') continue
    const key = `${dagId}/${runId}/${taskId}`
    if ((changes.get(key)?.n ?? -1) <= n) changes.set(key, { dagId, runId, taskId, isMapped: mapIndex >= 0, n })
  }
  return [...changes.values()]
}

export const dropOtherKind = async (session: Pick<Session, 'query'>, changes: readonly MappingChange[]): Promise<void> => {
  if (changes.length === 0) return
  const values = [
    changes.map((change) => change.dagId),
    changes.map((change) => change.runId),
    changes.map((change) => change.taskId),
    changes.map((change) => change.isMapped),
    changes.map((change) => change.n),
  ]
  for (const table of ['task_instance', 'xcom'])
    await session.query({
      name: `drop other kind ${table}`,
      text: `DELETE FROM projection.${table} t USING unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::bigint[]) AS k(dag_id, run_id, task_id, is_mapped, n)
WHERE t.dag_id = k.dag_id AND t.run_id = k.run_id AND t.task_id = k.task_id AND (t.map_index >= 0) <> k.is_mapped AND t.n < k.n`,
      values,
    })
}
