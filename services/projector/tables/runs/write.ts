import type { RunEvent } from '../../../../schemas/generated/records.ts'
import type { Session } from '../../../platform/store/session.ts'
import { upsertRows } from '../write-rows.ts'
import { foldRunEvents } from './fold.ts'
import { dagRunTable } from './rows.ts'

/** Applies the run events of a batch inside the caller's transaction. A new run's instances are in state none: they need no rows. */
export const writeRunEvents = (session: Session, events: readonly RunEvent[]): Promise<void> => upsertRows(session, dagRunTable, foldRunEvents(events))
