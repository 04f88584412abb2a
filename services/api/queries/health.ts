import type { Health } from '../../../schemas/http/monitor.ts'
import { iso } from './page.ts'
import { schedulerHealth } from './scheduler-health.ts'
import type { Db, ExecutorStatusTable, SchedulerStatusTable, WorkerTable } from './tables.ts'
import { runningOf, silentMs } from './workers.ts'

type WorkerRow = Pick<WorkerTable, 'incarnation' | 'kind' | 'slots' | 'seen_at' | 'left_at' | 'attempts' | 'live'>

/** `lagSeconds` and `schedulerSeenAt` come from the event feeds: nobody who decides writes to Postgres. */
export const getHealth = async (
  db: Db,
  now: number,
  feeds: { readonly lagSeconds: number | null; readonly lastDecisionAt: number | null },
): Promise<Health> => {
  let workers: WorkerRow[] = []
  let schedulers: SchedulerStatusTable[] = []
  let executors: Pick<ExecutorStatusTable, 'incarnation' | 'seen_at'>[] = []
  let isUp = true
  try {
    workers = await db
      .selectFrom('worker')
      .select(['incarnation', 'kind', 'slots', 'seen_at', 'left_at', 'attempts', 'live'])
      .where('left_at', 'is', null)
      .execute()
    executors = await db.selectFrom('executor_status').select(['incarnation', 'seen_at']).orderBy('seen_at', 'desc').limit(1).execute()
    schedulers = await db.selectFrom('scheduler_status').select(['incarnation', 'seen_at', 'columns', 'stopped', 'clock_off_ms']).orderBy('seen_at').execute()
  } catch {
    isUp = false // that is what this answer is there to say
  }
  const isAlive = (row: { readonly seen_at: Date }): boolean => now - row.seen_at.getTime() < silentMs
  const holders = (kind: string): { readonly alive: number; readonly slots: number; readonly running: number } => {
    const alive = workers.filter((row) => row.kind === kind && isAlive(row))
    return { alive: alive.length, slots: alive.reduce((sum, row) => sum + row.slots, 0), running: alive.reduce((sum, row) => sum + runningOf(row), 0) }
  }
  const triggerer = workers.filter((row) => row.kind === 'triggerer').sort((a, b) => b.seen_at.getTime() - a.seen_at.getTime())[0]
  const [executor] = executors
  return {
    metadatabase: { status: isUp ? 'healthy' : 'unhealthy' },
    scheduler: schedulerHealth(schedulers, now, feeds.lastDecisionAt),
    triggerer: {
      status: triggerer ? (isAlive(triggerer) ? 'healthy' : 'unhealthy') : null,
      latest_triggerer_heartbeat: iso(triggerer?.seen_at ?? null),
      ...holders('triggerer'),
    },
    dag_processor: { status: null, latest_dag_processor_heartbeat: null },
    executor: { status: executor ? 'healthy' : null, latest_executor_heartbeat: iso(executor?.seen_at ?? null) },
    workers: holders('worker'),
    projection: { status: isUp && feeds.lagSeconds !== null ? 'healthy' : 'unhealthy', lag_seconds: feeds.lagSeconds },
  }
}
