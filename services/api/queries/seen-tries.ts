import { instanceKey } from '../../core/column-state.ts'
import type { InstanceName } from '../../core/command-args.ts'
import type { Db } from './tables.ts'

const finished = ['success', 'failed', 'skipped', 'upstream_failed']
/** A command is small; who clears more than this names whole runs, and means them as they are. */
const most = 2000

/**
 * The finished tries of a run that whoever asks has before their eyes, by `run/instance`: a clear or mark that comes twice, or late, leaves alone
 * what went on since (PROTOCOL, command ids). What is still under way is not named: it moves on by itself while one looks.
 */
export const seenTries = async (
  db: Db,
  dagId: string,
  runId: string,
  tasks: readonly InstanceName[] | undefined,
): Promise<Readonly<Record<string, number>>> => {
  let wanted = db
    .selectFrom('task_instance')
    .select(['task_id', 'map_index', 'try_number'])
    .where('dag_id', '=', dagId)
    .where('run_id', '=', runId)
    .where('state', 'in', finished)
  if (tasks !== undefined)
    wanted = wanted.where(
      'task_id',
      'in',
      tasks.map((task) => task.taskId),
    )
  const rows = tasks?.length === 0 ? [] : await wanted.limit(most + 1).execute()
  return rows.length > most ? {} : Object.fromEntries(rows.map((row) => [`${runId}/${instanceKey(row.task_id, row.map_index)}`, row.try_number]))
}
