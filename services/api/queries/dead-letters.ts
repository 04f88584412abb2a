import { sql } from '#kysely'
import type { DeadLetter, DeadLetterCollection, DeadLettersQuery } from '../../../schemas/http/ui-dead-letters.ts'
import { pageOf } from './page.ts'
import type { Db } from './tables.ts'

/** More of a value is nothing a person reads. */
const mostBytes = 65_536

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Text where the bytes are text; where a cut went through a character, the text before it. */
const textOf = (bytes: Buffer): string | null => {
  for (let cut = 0; cut <= 3; cut++) {
    try {
      const text = utf8.decode(bytes.subarray(0, bytes.length - (bytes.length < mostBytes ? 0 : cut)))
      return text.includes('\u0000') ? null : text
    } catch {
      if (bytes.length < mostBytes) return null
    }
  }
  return null
}

interface Row {
  readonly source_topic: string
  readonly source_partition: number
  readonly source_offset: number
  readonly by: string
  readonly code: string
  readonly reason: string
  readonly at: Date
  readonly key: string | null
  readonly value: Buffer | null
  readonly bytes: number | null
}

const deadLetterAnswer = (row: Row): DeadLetter => {
  const text = row.value === null ? null : textOf(row.value)
  return {
    topic: row.source_topic,
    partition: row.source_partition,
    offset: row.source_offset,
    by: row.by,
    code: row.code,
    reason: row.reason,
    at: row.at.toISOString(),
    key: row.key,
    value: row.value === null ? null : (text ?? row.value.toString('base64')),
    value_encoding: row.value === null || text !== null ? 'text' : 'base64',
    value_bytes: row.bytes ?? 0,
  }
}

export const listDeadLetters = async (db: Db, query: DeadLettersQuery): Promise<DeadLetterCollection> => {
  let filtered = db.selectFrom('dead_letter')
  if (query.topic !== undefined) filtered = filtered.where('source_topic', '=', query.topic)
  if (query.key !== undefined) filtered = filtered.where('key', '=', query.key)
  const { limit, offset } = pageOf(query)
  const [rows, count] = await Promise.all([
    filtered
      .select(['source_topic', 'source_partition', 'source_offset', 'by', 'code', 'reason', 'at', 'key'])
      .select([sql<Buffer | null>`substring(value FROM 1 FOR ${mostBytes})`.as('value'), sql<number | null>`octet_length(value)`.as('bytes')])
      .orderBy('at', 'desc')
      .orderBy('source_topic')
      .orderBy('source_partition')
      .orderBy('source_offset', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),
    filtered.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { dead_letters: rows.map(deadLetterAnswer), total_entries: count.total }
}
