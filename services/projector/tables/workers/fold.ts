import type { Heartbeat } from '../../../../schemas/generated/records.ts'
import type { ExecutorStatusRow, SchedulerStatusRow, WatcherStatusRow, WorkerRow } from './rows.ts'

export interface HeartbeatChanges {
  readonly workers: readonly WorkerRow[]
  readonly executors: readonly ExecutorStatusRow[]
  readonly schedulers: readonly SchedulerStatusRow[]
  readonly watchers: readonly WatcherStatusRow[]
  /** Good-byes carry no more than a reason: they mark the row that is there. */
  readonly left: readonly { readonly incarnation: string; readonly counter: number; readonly at: number; readonly reason: string }[]
}

/** The last record of each incarnation counts; a good-bye after a beat of the same batch counts, too. */
export const foldHeartbeats = (beats: readonly Heartbeat[]): HeartbeatChanges => {
  const workers = new Map<string, WorkerRow>()
  const executors = new Map<string, ExecutorStatusRow>()
  const schedulers = new Map<string, SchedulerStatusRow>()
  const watchers = new Map<string, WatcherStatusRow>()
  const left = new Map<string, HeartbeatChanges['left'][number]>()
  for (const { incarnation, counter, epoch, at, body } of beats) {
    if (body.type === 'WorkerBeat') {
      if ((workers.get(incarnation)?.counter ?? -1) >= counter) continue
      workers.set(incarnation, {
        incarnation,
        counter,
        kind: body.kind,
        hostname: body.hostname,
        pid: body.pid,
        release: body.release,
        queues: body.queues,
        slots: body.slots,
        draining: body.draining,
        started_at: body.startedAt,
        seen_at: at,
        left_at: null,
        left_reason: null,
        // Thousands of triggers, told as what changed: nobody looks for them here.
        attempts: body.kind === 'triggerer' ? '[]' : JSON.stringify(body.attempts),
        live: body.live,
      })
    } else if (body.type === 'ExecutorStatus') {
      if ((executors.get(incarnation)?.counter ?? -1) >= counter) continue
      executors.set(incarnation, {
        incarnation,
        counter,
        epoch,
        seen_at: at,
        hostname: body.hostname,
        pid: body.pid,
        kind: body.kind,
        waiting: body.waiting,
        running: body.running,
        pools: JSON.stringify(body.pools),
        unserved_queues: body.unservedQueues,
      })
    } else if (body.type === 'SchedulerStatus') {
      if ((schedulers.get(incarnation)?.counter ?? -1) >= counter) continue
      schedulers.set(incarnation, {
        incarnation,
        counter,
        seen_at: at,
        hostname: body.hostname,
        pid: body.pid,
        columns: JSON.stringify(body.columns),
        stopped: JSON.stringify(body.stopped),
        clock_off_ms: body.clockOffMs,
      })
    } else if (body.type === 'WatcherStatus') {
      if ((watchers.get(incarnation)?.counter ?? -1) >= counter) continue
      watchers.set(incarnation, { incarnation, counter, seen_at: at, hostname: body.hostname, pid: body.pid, topics: JSON.stringify(body.topics) })
    } else left.set(incarnation, { incarnation, counter, at, reason: body.reason })
  }
  return {
    workers: [...workers.values()],
    executors: [...executors.values()],
    schedulers: [...schedulers.values()],
    watchers: [...watchers.values()],
    left: [...left.values()],
  }
}
