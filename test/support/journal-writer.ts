/** Writes a column's journal as its owner would: for tests of who reads it. */
import { randomUUID } from 'node:crypto'
import { columnOf } from '../../services/core/column.ts'
import { acquisitionRecord, decisionRecords, type JournalEvent } from '../../services/platform/bus/journal.ts'
import type { Outgoing } from '../../services/platform/bus/port.ts'
import type { Platform } from '../../services/platform/platform.ts'

export interface JournalWriter {
  readonly epoch: number
  /** Appends one decision; answers the offset of its last record. */
  decide(...events: readonly JournalEvent[]): Promise<number>
  /** The records of the next decision, not sent: to be sent twice, or late. */
  records(...events: readonly JournalEvent[]): readonly Outgoing[]
}

export const claimColumn = async (platform: Platform, column: number): Promise<JournalWriter> => {
  const { bus, codec, clock, topic } = platform
  const target = { topic: topic('journal'), column, owner: randomUUID() }
  const [ack] = await bus.send([acquisitionRecord(codec, target, clock.now(), {})])
  const epoch = ack?.offset ?? -1
  let seq = 1
  const records = (...events: readonly JournalEvent[]): readonly Outgoing[] => {
    const made = decisionRecords(codec, target, { epoch, seq, at: clock.now(), positions: {}, events })
    seq += made.length
    return made
  }
  return { epoch, records, decide: async (...events) => (await bus.send(records(...events))).at(-1)?.offset ?? -1 }
}

export const claimColumnOf = (platform: Platform, dagId: string): Promise<JournalWriter> => claimColumn(platform, columnOf(dagId, platform.columns))
