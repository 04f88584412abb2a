import { sql } from '#kysely'
import type { TaskInstance } from '../../../schemas/http/task-instances.ts'
import type { Touched } from '../../core/command-args.ts'
import type { Db, InstanceView } from './tables.ts'
import { instanceAnswer } from './task-instances.ts'
import { versionsOf } from './versions.ts'

/** The instances of a DAG that a command touched, in its order, as they are now. */
export const touchedInstances = async (
  db: Db,
  dagId: string,
  { instances: named, total = named.length }: Touched,
): Promise<{ readonly task_instances: TaskInstance[]; readonly total_entries: number }> => {
  if (named.length === 0) return { task_instances: [], total_entries: total }
  const names = { runs: named.map((one) => one.runId), tasks: named.map((one) => one.taskId), indexes: named.map((one) => one.mapIndex) }
  const { rows } = await sql<InstanceView>`SELECT i.* FROM projection.instance i
JOIN unnest(${names.runs}::text[], ${names.tasks}::text[], ${names.indexes}::int[]) WITH ORDINALITY AS k(run_id, task_id, map_index, place)
  ON i.run_id = k.run_id AND i.task_id = k.task_id AND i.map_index = k.map_index
WHERE i.dag_id = ${dagId} AND i.run_id = ANY(${[...new Set(names.runs)]}::text[]) ORDER BY k.place`.execute(db)
  const versions = await versionsOf(db, rows)
  return { task_instances: rows.map((row) => instanceAnswer(row, versions.get(`${row.dag_id}@${row.version}`))), total_entries: total }
}
