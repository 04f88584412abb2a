import type { PoolStatus } from '../../../schemas/generated/records.ts'
import type { Db } from './tables.ts'

export interface ExecutorView {
  readonly pools: readonly PoolStatus[]
  readonly unservedQueues: readonly string[]
  /** Attempts that are not dispatched. */
  readonly waiting: number
}

/** What the executor that leads showed last; null: none was ever heard of. */
export const executorStatus = async (db: Db): Promise<ExecutorView | null> => {
  const row = await db.selectFrom('executor_status').selectAll().orderBy('epoch', 'desc').orderBy('seen_at', 'desc').limit(1).executeTakeFirst()
  return row ? { pools: JSON.parse(row.pools), unservedQueues: row.unserved_queues, waiting: row.waiting } : null
}
