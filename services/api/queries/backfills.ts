import { sql } from '#kysely'
import type { RunEvent } from '../../../schemas/generated/records.ts'
import type { Backfill, BackfillProgress, BackfillsQuery } from '../../../schemas/http/backfills.ts'
import { type BackfillTold, isBackfillOver } from '../../core/backfill-told.ts'
import { MillraceError } from '../../core/errors.ts'
import { orderSql } from './order.ts'
import { jsonObject, pageOf } from './page.ts'
import type { BackfillTable, Db } from './tables.ts'

type RunCounts = Pick<BackfillProgress, 'queued' | 'running' | 'success' | 'failed'>

const noRuns: RunCounts = { queued: 0, running: 0, success: 0, failed: 0 }

const backfillAnswer = (row: BackfillTable, runs: RunCounts): Backfill => ({
  id: row.backfill_id,
  dag_id: row.dag_id,
  dag_display_name: row.dag_id,
  from_date: row.from_date.toISOString(),
  to_date: row.to_date.toISOString(),
  dag_run_conf: jsonObject(row.conf),
  is_paused: row.state === 'paused',
  state: row.state as Backfill['state'],
  reprocess_behavior: row.reprocess as Backfill['reprocess_behavior'],
  run_backwards: row.newest_first,
  max_active_runs: row.max_active_runs,
  created_at: row.created_at.toISOString(),
  completed_at: isBackfillOver(row.state) ? row.at.toISOString() : null,
  updated_at: row.at.toISOString(),
  triggering_user_name: row.principal,
  progress: { total: row.total, taken: row.taken, skipped: row.skipped, ...runs },
  event_number: row.n,
})

/** One that was made a moment ago, from its event: the projection may not show it yet. Throws when the event is none of a backfill. */
export const backfillOfEvent = (event: RunEvent): Backfill => {
  const told: BackfillTold = JSON.parse(event.result ?? 'null')
  const row: BackfillTable = {
    dag_id: event.dagId,
    backfill_id: event.backfillId ?? '',
    n: event.n,
    at: new Date(event.at),
    state: event.state ?? 'running',
    from_date: new Date(told.from),
    to_date: new Date(told.to),
    reprocess: told.reprocess,
    max_active_runs: told.maxActiveRuns,
    newest_first: told.newestFirst,
    conf: told.conf,
    principal: told.principal,
    created_at: new Date(told.createdAt),
    total: told.total,
    taken: told.taken,
    skipped: told.skipped,
  }
  return backfillAnswer(row, noRuns)
}

const runCounts = async (db: Db, rows: readonly BackfillTable[]): Promise<ReadonlyMap<string, RunCounts>> => {
  if (rows.length === 0) return new Map()
  const counts = new Map<string, RunCounts>()
  const found = await db
    .selectFrom('dag_run')
    .select(({ fn }) => ['dag_id', 'backfill_id', 'state', fn.countAll<number>().as('count')])
    .where('dag_id', 'in', [...new Set(rows.map((row) => row.dag_id))])
    .where(
      'backfill_id',
      'in',
      rows.map((row) => row.backfill_id),
    )
    .groupBy(['dag_id', 'backfill_id', 'state'])
    .execute()
  for (const { dag_id, backfill_id, state, count } of found) {
    const key = `${dag_id}/${backfill_id}`
    counts.set(key, { ...(counts.get(key) ?? noRuns), [state]: Number(count) })
  }
  return counts
}

export const listBackfills = async (db: Db, query: BackfillsQuery): Promise<{ readonly backfills: Backfill[]; readonly total_entries: number }> => {
  let filtered = db.selectFrom('backfill')
  if (query.dag_id !== undefined) filtered = filtered.where('dag_id', '=', query.dag_id)
  if (query.active !== undefined) filtered = filtered.where(sql<boolean>`(state IN ('running', 'paused')) = ${query.active}`)
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .selectAll()
      .orderBy(
        orderSql(
          { id: 'backfill_id', created_at: 'created_at', from_date: 'from_date', to_date: 'to_date' },
          query.order_by,
          'created_at desc, dag_id, backfill_id',
        ),
      )
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  const runs = await runCounts(db, rows)
  return { backfills: rows.map((row) => backfillAnswer(row, runs.get(`${row.dag_id}/${row.backfill_id}`) ?? noRuns)), total_entries: count.total }
}

export const findBackfill = async (db: Db, backfillId: string): Promise<BackfillTable> => {
  const row = await db.selectFrom('backfill').selectAll().where('backfill_id', '=', backfillId).limit(1).executeTakeFirst()
  if (!row) throw new MillraceError('backfill_not_found', `There is no backfill ${backfillId}. See the list of backfills.`)
  return row
}

export const getBackfill = async (db: Db, backfillId: string): Promise<Backfill> => {
  const row = await findBackfill(db, backfillId)
  const runs = await runCounts(db, [row])
  return backfillAnswer(row, runs.get(`${row.dag_id}/${row.backfill_id}`) ?? noRuns)
}
