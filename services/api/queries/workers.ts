import type { Worker, WorkerCollection } from '../../../schemas/http/workers.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Db, WorkerTable } from './tables.ts'

/** Beats come every second and are written every few: older than this is silent. */
export const silentMs = 20_000

/** Workers and triggerers seen in the last day, those that are there first. */
export const listWorkers = async (db: Db, now: number): Promise<WorkerCollection> => {
  const rows = await db
    .selectFrom('worker')
    .selectAll()
    .orderBy('left_at', (o) => o.asc().nullsFirst())
    .orderBy('started_at', 'desc')
    .execute()
  const of = (kind: string): Worker[] => rows.filter((row) => row.kind === kind).map((row) => workerAnswer(row, now))
  const workers = of('worker')
  return { workers, triggerers: of('triggerer'), total_entries: workers.length }
}

/** The worker, when it may be asked to drain. */
export const findDrainable = async (db: Db, incarnation: string, now: number): Promise<Worker> => {
  const row = await db.selectFrom('worker').selectAll().where('incarnation', '=', incarnation).executeTakeFirst()
  if (!row) throw new MillraceError('worker_not_found', `There is no worker ${incarnation}: GET /ui/workers lists them.`)
  const worker = workerAnswer(row, now)
  if (worker.state === 'left') throw new MillraceError('run_conflict', `Worker ${incarnation} has left already (${worker.left_reason ?? 'no reason given'}).`)
  return worker
}

const workerAnswer = (row: WorkerTable, now: number): Worker => ({
  incarnation: row.incarnation,
  state: row.left_at ? 'left' : now - row.seen_at.getTime() >= silentMs ? 'silent' : row.draining ? 'draining' : 'alive',
  kind: row.kind,
  hostname: row.hostname,
  pid: row.pid,
  release: row.release,
  queues: row.queues,
  slots: row.slots,
  running: runningOf(row),
  started_at: row.started_at.toISOString(),
  seen_at: row.seen_at.toISOString(),
  left_reason: row.left_reason,
})

/** Of a worker what waits does not count; a triggerer has thousands, of which the table knows only how many. */
export const runningOf = ({ kind, attempts, live }: Pick<WorkerTable, 'kind' | 'attempts' | 'live'>): number =>
  kind === 'triggerer' ? live : (JSON.parse(attempts) as { readonly state: string }[]).filter((attempt) => attempt.state === 'running').length
