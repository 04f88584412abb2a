import type { TaskEvent } from '../../../../schemas/generated/records.ts'
import type { Session } from '../../../platform/store/session.ts'
import { readRows, upsertRows } from '../write-rows.ts'
import { foldTaskEvents, instanceKey } from './fold.ts'
import { dropOtherKind, mappingChanges } from './mapping.ts'
import { type TaskInstanceRow, taskInstanceTable, taskTryTable, xcomTable } from './rows.ts'

/** Applies a batch of task events inside the caller's transaction. */
export const writeTaskEvents = async (session: Session, events: readonly TaskEvent[]): Promise<void> => {
  if (events.length === 0) return
  const keys = new Map<string, Pick<TaskInstanceRow, 'dag_id' | 'run_id' | 'task_id' | 'map_index'>>()
  for (const event of events) {
    const key = { dag_id: event.dagId, run_id: event.runId, task_id: event.taskId, map_index: event.mapIndex }
    keys.set(instanceKey(key), key)
  }
  const stored = await readRows(session, taskInstanceTable, [...keys.values()])
  const { instances, tries, cleared, xcoms } = foldTaskEvents(stored, events)
  await upsertRows(session, taskInstanceTable, instances)
  await upsertRows(session, taskTryTable, tries)
  // Most instances never had one: only those that were there before can.
  const before = new Set(stored.map(instanceKey))
  await deleteXComs(
    session,
    cleared.filter((row) => before.has(instanceKey(row))),
  )
  await upsertRows(session, xcomTable, xcoms)
  await dropOtherKind(session, mappingChanges(events))
}

const deleteXComs = async (session: Session, of: readonly TaskInstanceRow[]): Promise<void> => {
  if (of.length === 0) return
  await session.query({
    name: 'delete xcom',
    text: `DELETE FROM projection.xcom x USING unnest($1::text[], $2::text[], $3::text[], $4::int[]) AS k(dag_id, run_id, task_id, map_index)
WHERE x.dag_id = k.dag_id AND x.run_id = k.run_id AND x.task_id = k.task_id AND x.map_index = k.map_index`,
    values: [of.map((row) => row.dag_id), of.map((row) => row.run_id), of.map((row) => row.task_id), of.map((row) => row.map_index)],
  })
}
