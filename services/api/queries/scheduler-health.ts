import type { Health } from '../../../schemas/http/monitor.ts'
import type { SchedulerStatusTable } from './tables.ts'

/** A scheduler tells once a minute that it is there. */
const silentMs = 150_000

/** `rows`: oldest first, so that what is said of a column last is what counts. */
export const schedulerHealth = (rows: readonly SchedulerStatusTable[], now: number, lastDecisionAt: number | null): Health['scheduler'] => {
  const reasons = new Map<number, string | null>()
  let offMs: number | null = null
  const alive = rows.filter((row) => now - row.seen_at.getTime() < silentMs)
  for (const { columns, stopped, clock_off_ms } of alive) {
    const said = JSON.parse(stopped) as { readonly column: number; readonly reason: string }[]
    for (const column of JSON.parse(columns) as number[]) reasons.set(column, said.find((one) => one.column === column)?.reason ?? null)
    offMs = clock_off_ms ?? offMs
  }
  const seenAt = Math.max(lastDecisionAt ?? 0, alive.at(-1)?.seen_at.getTime() ?? 0)
  const stoppedColumns = [...reasons].flatMap(([column, reason]) => (reason === null ? [] : [{ column, reason }])).sort((a, b) => a.column - b.column)
  return {
    status: seenAt === 0 ? null : stoppedColumns.length > 0 ? 'unhealthy' : 'healthy',
    latest_scheduler_heartbeat: seenAt === 0 ? null : new Date(seenAt).toISOString(),
    columns: reasons.size,
    stopped_columns: stoppedColumns,
    clock_off_seconds: offMs === null ? null : offMs / 1000,
  }
}
