import type { RunEvent } from '../../../../schemas/generated/records.ts'
import type { Session } from '../../../platform/store/session.ts'
import { upsertRows } from '../write-rows.ts'
import { foldDagEvents } from './fold.ts'
import { dagStateTable } from './rows.ts'

/** Applies the DAG events of a batch inside the caller's transaction. */
export const writeDagEvents = (session: Session, events: readonly RunEvent[]): Promise<void> => upsertRows(session, dagStateTable, foldDagEvents(events))
