/**
 * The journal: the one module that knows which of its records count (PROTOCOL "Column and journal", DESIGN invariants 3 and 4).
 *
 * - An `acquired` record makes its own offset the column's epoch and its author the owner.
 * - A `decided` record counts when it carries the present epoch and owner and the next seq. Another epoch: a former owner's, ignored. A seq not
 *   above the last: a batch sent again, ignored. A seq that leaves a gap: impossible history, thrown.
 * - Parts (rule B): a decision too big for one record is cut; readers hold the parts back and apply all at the last, which alone moves the
 *   positions. A new epoch drops an unfinished one.
 * - A payload that cannot be decoded makes no gap: it is `lost`, with what its header says that it is about (core/quarantine.ts).
 */
import type { Decision } from '../../../schemas/generated/records.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Codec } from './codec-port.ts'
import type { Headers, Incoming, Outgoing } from './port.ts'

export type JournalEvent = Decision['events'][number]

/** Next offset to read of each input: `commands`, `reports` (the column's own partition) and `dataset-events/<partition>`. */
export type Positions = Readonly<Record<string, number>>

/** Where a reader stands; an offset alone would believe a zombie (PROTOCOL C3). */
export interface JournalPosition {
  /** Next offset to read. */
  readonly offset: number
  /** -1: the column was never owned. */
  readonly epoch: number
  readonly owner: string
  readonly seq: number
}

export const journalStart: JournalPosition = { offset: 0, epoch: -1, owner: '', seq: 0 }

export type JournalEntry =
  | { readonly kind: 'acquired'; readonly offset: number; readonly owner: string; readonly positions: Positions }
  | {
      readonly kind: 'decided'
      readonly offset: number
      readonly epoch: number
      readonly seq: number
      readonly at: number
      readonly events: readonly JournalEvent[]
      readonly positions: Positions
    }
  | {
      readonly kind: 'lost'
      readonly offset: number
      readonly at: number
      /** Of parts before it: they count. */
      readonly events: readonly JournalEvent[]
      readonly names: readonly string[]
      /** null: another part of it follows. */
      readonly positions: Positions | null
      readonly error: MillraceError
    }

export interface JournalReader {
  /** What the record means, or null when it does not count (or is a part that is not the last). Throws `unknown_schema` (read it again), `impossible_history`. */
  read(record: Incoming): JournalEntry | null
  position(): JournalPosition
}

export const makeJournalReader = (codec: Codec, from: JournalPosition = journalStart): JournalReader => {
  let { offset, epoch, owner, seq } = from
  let parts: JournalEvent[] = []

  const acquired = (record: Incoming): JournalEntry => {
    epoch = record.offset
    owner = record.headers.owner ?? ''
    seq = 0
    parts = []
    return { kind: 'acquired', offset: record.offset, owner, positions: parsePositions(record) }
  }
  /** Its place in the order stands in its headers: a payload that cannot be read is lost alone. */
  const decided = (record: Incoming, itsSeq: number): JournalEntry | null => {
    const { headers } = record
    const isLast = headers.last === '1'
    const read = decode(codec, record)
    seq = itsSeq
    const events = read instanceof MillraceError ? [] : read.events
    for (const event of isLast && parts.length === 0 ? [] : events) parts.push(event)
    const all = isLast && parts.length === 0 ? events : parts
    if (isLast) parts = []
    const positions = isLast ? parsePositions(record) : null
    if (read instanceof MillraceError)
      return { kind: 'lost', offset: record.offset, at: record.timestamp, names: namesIn(record), positions, events: isLast ? all : [], error: read }
    return positions && { kind: 'decided', offset: record.offset, epoch, seq, at: read.at, events: all, positions }
  }

  return {
    position: () => ({ offset, epoch, owner, seq }),
    read(record) {
      if (record.offset < offset) return null // delivered again
      const { headers } = record
      const isPresent = headers.owner === owner && Number(headers.epoch) === epoch
      const itsSeq = Number(headers.seq)
      let entry: JournalEntry | null = null
      if (headers.kind === 'acquired') entry = acquired(record)
      else if (isPresent && itsSeq > seq) {
        if (itsSeq !== seq + 1)
          throw new MillraceError('impossible_history', `${place(record)}: seq ${itsSeq} follows ${seq} in epoch ${epoch}: records are missing`)
        entry = decided(record, itsSeq)
      }
      offset = record.offset + 1
      return entry
    },
  }
}

const decode = (codec: Codec, record: Incoming): Decision | MillraceError => {
  if (record.value === null) return new MillraceError('undecodable', `${place(record)}: a decision without a value`)
  try {
    return codec.decode('Decision', record.value)
  } catch (thrown) {
    if (thrown instanceof MillraceError && thrown.code === 'undecodable') return thrown
    throw thrown
  }
}

/** What is in no header (another program wrote it) is about the DAG that is its key. */
const namesIn = ({ headers, key }: Incoming): readonly string[] =>
  headers.about === undefined ? (key === null || key.startsWith('column-') ? [] : [`${key}/`]) : headers.about.split('\n').filter((name) => name !== '')

const place = (record: Incoming): string => `${record.topic}/${record.partition} offset ${record.offset}`

const parsePositions = (record: Incoming): Positions => {
  try {
    return JSON.parse(record.headers.positions ?? '{}')
  } catch (cause) {
    throw new MillraceError('undecodable', `${place(record)}: header positions is no JSON`, { cause })
  }
}

export interface JournalTarget {
  readonly topic: string
  readonly column: number
  readonly owner: string
}

export const acquisitionRecord = (codec: Codec, target: JournalTarget, at: number, positions: Positions): Outgoing => ({
  topic: target.topic,
  partition: target.column,
  key: `column-${target.column}`,
  value: codec.encode('Decision', { at, events: [] }),
  headers: { kind: 'acquired', owner: target.owner, positions: JSON.stringify(positions) },
})

/** Parts stay well under the broker's 1 MB. */
const maxPartBytes = 700_000
/** One event that is bigger, such as the adoption of a big definition, still fits a record. */
const maxEventBytes = 900_000

export interface DecisionToWrite {
  readonly epoch: number
  /** Seq of its first record; each part takes one. */
  readonly seq: number
  readonly at: number
  readonly positions: Positions
  readonly events: readonly JournalEvent[]
  /** What it is about, should nobody be able to read it; left out: the DAG of its first event. */
  readonly names?: readonly string[]
}

/** The decision as one record, or as parts (rule B). */
export const decisionRecords = (codec: Codec, target: JournalTarget, decision: DecisionToWrite): readonly Outgoing[] => {
  const values = encodeInParts(codec, decision.at, decision.events)
  const about = decision.names ? { about: decision.names.join('\n') } : {}
  return values.map((value, i) => ({
    topic: target.topic,
    partition: target.column,
    key: keyOf(decision.events, target),
    value,
    headers: headersOf(target, decision, about, i, i === values.length - 1),
  }))
}

const headersOf = (target: JournalTarget, decision: DecisionToWrite, about: Headers, part: number, last: boolean): Headers => {
  const place = { epoch: String(decision.epoch), seq: String(decision.seq + part), last: last ? '1' : '0' }
  const envelope = { kind: 'decided', owner: target.owner, ...place, ...about }
  return last ? { ...envelope, positions: JSON.stringify(decision.positions) } : envelope
}

const dagOf = (event: JournalEvent | undefined): string | undefined => (event && 'dagId' in event ? event.dagId : undefined)

const keyOf = (events: readonly JournalEvent[], target: JournalTarget): string => dagOf(events[0]) ?? `column-${target.column}`

const encodeInParts = (codec: Codec, at: number, events: readonly JournalEvent[]): Buffer[] => {
  const value = codec.encode('Decision', { at, events })
  if (value.length <= maxPartBytes) return [value]
  if (events.length === 1) {
    if (value.length <= maxEventBytes) return [value]
    throw new MillraceError(
      'too_big',
      `one event of ${value.length} bytes does not fit a journal record (${events[0]?.type} of ${dagOf(events[0]) ?? 'the column'})`,
    )
  }
  const half = events.length >> 1
  return [...encodeInParts(codec, at, events.slice(0, half)), ...encodeInParts(codec, at, events.slice(half))]
}
