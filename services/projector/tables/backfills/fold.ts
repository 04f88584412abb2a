import type { RunEvent } from '../../../../schemas/generated/records.ts'
import type { BackfillTold } from '../../../core/backfill-told.ts'
import { MillraceError } from '../../../core/errors.ts'
import type { BackfillRow } from './rows.ts'

/** Events of kind backfill carry the whole backfill: the last of each is its row. Throws `undecodable` when one does not. */
export const foldBackfillEvents = (events: readonly RunEvent[]): readonly BackfillRow[] => {
  const rows = new Map<string, BackfillRow>()
  for (const event of events) {
    if (event.kind !== 'backfill') continue
    const row = backfillRow(event)
    const key = `${row.dag_id}/${row.backfill_id}`
    if ((rows.get(key)?.n ?? -1) < row.n) rows.set(key, row)
  }
  return [...rows.values()]
}

const backfillRow = (event: RunEvent): BackfillRow => {
  const { dagId, backfillId, n, at, state } = event
  const told = toldIn(event)
  if (backfillId === null || state === null || told === null)
    throw new MillraceError('undecodable', `backfill event ${n} of DAG ${dagId} does not say what the backfill is: it carries the whole of it`)
  return {
    dag_id: dagId,
    backfill_id: backfillId,
    n,
    at,
    state,
    from_date: told.from,
    to_date: told.to,
    reprocess: told.reprocess,
    max_active_runs: told.maxActiveRuns,
    newest_first: told.newestFirst,
    conf: told.conf,
    principal: told.principal,
    created_at: told.createdAt,
    total: told.total,
    taken: told.taken,
    skipped: told.skipped,
  }
}

/** Null: another system wrote something else. */
const toldIn = ({ result }: RunEvent): BackfillTold | null => {
  let told: Partial<BackfillTold> | null
  try {
    told = JSON.parse(result ?? 'null')
  } catch {
    return null
  }
  const numbers = [told?.from, told?.to, told?.maxActiveRuns, told?.createdAt, told?.total, told?.taken, told?.skipped]
  const isWhole =
    numbers.every(Number.isSafeInteger) && typeof told?.reprocess === 'string' && typeof told.newestFirst === 'boolean' && typeof told.conf === 'string'
  return isWhole ? (told as BackfillTold) : null
}
