import type { Heartbeat } from '../../../../schemas/generated/records.ts'
import type { Session } from '../../../platform/store/session.ts'
import { upsertRows } from '../write-rows.ts'
import { foldHeartbeats } from './fold.ts'
import { executorStatusTable, schedulerStatusTable, watcherStatusTable, workerTable } from './rows.ts'

/** Applies the heartbeats of a batch inside the caller's transaction, and forgets incarnations that were last seen a day before the newest of them. */
export const writeHeartbeats = async (session: Session, beats: readonly Heartbeat[]): Promise<void> => {
  if (beats.length === 0) return
  const { workers, executors, schedulers, watchers, left } = foldHeartbeats(beats)
  await upsertRows(session, workerTable, workers)
  await upsertRows(session, executorStatusTable, executors)
  await upsertRows(session, schedulerStatusTable, schedulers)
  await upsertRows(session, watcherStatusTable, watchers)
  for (const { incarnation, counter, at, reason } of left) {
    await session.query({
      name: 'worker left',
      text: `UPDATE projection.worker SET counter = $2, left_at = to_timestamp($3::double precision / 1000), left_reason = $4, attempts = '[]', live = 0 WHERE incarnation = $1 AND counter < $2`,
      values: [incarnation, counter, at, reason],
    })
  }
  if (!beats.some((beat) => beat.counter === 1)) return
  const newest = beats.reduce((at, beat) => Math.max(at, beat.at), 0)
  for (const table of ['worker', 'executor_status', 'scheduler_status', 'watcher_status'])
    await session.query({
      text: `DELETE FROM projection.${table} WHERE seen_at < to_timestamp($1::double precision / 1000) - interval '1 day'`,
      values: [newest],
    })
}
