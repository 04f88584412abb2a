import type { RunWindow } from '../../../schemas/generated/records.ts'
import type { Db } from './tables.ts'

/** Window of the newest run that the schedule made; null: it made none yet. */
export const lastScheduledWindow = async (db: Db, dagId: string): Promise<RunWindow | null> => {
  const run = await db
    .selectFrom('dag_run')
    .select(['logical_date', 'data_interval_start', 'data_interval_end', 'run_after'])
    .where('dag_id', '=', dagId)
    .where('run_type', '=', 'scheduled')
    .where('logical_date', 'is not', null)
    .orderBy('logical_date', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!run?.logical_date) return null
  const logicalDate = run.logical_date.getTime()
  return {
    logicalDate,
    dataIntervalStart: run.data_interval_start?.getTime() ?? logicalDate,
    dataIntervalEnd: run.data_interval_end?.getTime() ?? logicalDate,
    runAfter: run.run_after.getTime(),
  }
}
