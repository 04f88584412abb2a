import type { RunEvent } from '../../../../schemas/generated/records.ts'
import type { Session } from '../../../platform/store/session.ts'
import { upsertRows } from '../write-rows.ts'
import { foldBackfillEvents } from './fold.ts'
import { backfillTable } from './rows.ts'

/** Applies the backfill events of a batch inside the caller's transaction. */
export const writeBackfillEvents = (session: Session, events: readonly RunEvent[]): Promise<void> =>
  upsertRows(session, backfillTable, foldBackfillEvents(events))
