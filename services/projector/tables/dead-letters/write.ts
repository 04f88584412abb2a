import type { DeadLetter } from '../../../../schemas/generated/records.ts'
import type { Session } from '../../../platform/store/session.ts'
import type { TableSpec } from '../table-spec.ts'
import { upsertRows } from '../write-rows.ts'

export interface DeadLetterRow {
  readonly source_topic: string
  readonly source_partition: number
  readonly source_offset: number
  readonly by: string
  readonly code: string
  readonly reason: string
  readonly at: number
  readonly key: string | null
  readonly value: Buffer | null
}

const deadLetterTable: TableSpec<DeadLetterRow> = {
  table: 'dead_letter',
  columns: {
    source_topic: 'text',
    source_partition: 'int',
    source_offset: 'bigint',
    by: 'text',
    code: 'text',
    reason: 'text',
    at: 'instant',
    key: 'text',
    value: 'bytes',
  },
  key: ['source_topic', 'source_partition', 'source_offset', 'by'],
  newerBy: null,
}

/** Each letter once, though two members of a service may have sent it. */
export const foldDeadLetters = (letters: readonly DeadLetter[]): readonly DeadLetterRow[] => {
  const rows = new Map<string, DeadLetterRow>()
  for (const { topic, partition, offset, by, code, reason, at, key, value } of letters)
    rows.set(`${topic}/${partition}/${offset}/${by}`, {
      source_topic: topic,
      source_partition: partition,
      source_offset: offset,
      by,
      code,
      reason,
      at,
      key,
      value,
    })
  return [...rows.values()]
}

/** Applies the dead letters of a batch inside the caller's transaction. */
export const writeDeadLetters = (session: Session, letters: readonly DeadLetter[]): Promise<void> =>
  upsertRows(session, deadLetterTable, foldDeadLetters(letters))
