/** What stands beside the committed offset of a partition: how far each watch is, and the batches whose end is decided. */
import { createHash } from 'node:crypto'
import { MillraceError } from '../../core/errors.ts'
import type { Range } from './batches.ts'

export interface WatchNote {
  /** Start of the open range. */
  readonly from: number
  /** Batches that are decided. */
  readonly planned: readonly Range[]
}

export interface Note {
  /** How many partitions the topic had: a higher one is new. */
  readonly partitions: number
  /** How far the partition was worked on; the offset itself may be behind for the sake of an open batch. */
  readonly position: number
  /** By `watchHash`; a watch that is not listed is at `position`. */
  readonly watches: ReadonlyMap<string, WatchNote>
}

/** A broker as it comes takes 4,096 bytes (offset.metadata.max.bytes). */
const maxBytes = 4000

export const watchHash = (uri: string): string => createHash('sha256').update(uri).digest('base64url').slice(0, 8)

/** Throws `too_big` when there are too many batches for one note. */
export const writeNote = (note: Note): string => {
  const watches = Object.fromEntries(
    [...note.watches].map(([hash, { from, planned }]) => [hash, steps([from, ...planned.flatMap((range) => [range.from, range.end])])]),
  )
  const text = JSON.stringify({ v: 1, n: note.partitions, p: note.position, ...(note.watches.size === 0 ? {} : { w: watches }) })
  if (text.length > maxBytes)
    throw new MillraceError(
      'too_big',
      `the positions of ${note.watches.size} watches with batches are ${text.length} bytes, at most ${maxBytes} fit beside an offset: watch fewer`,
    )
  return text
}

/** Null: there is none, or it is not ours. */
export const readNote = (text: string | null): Note | null => {
  if (text === null || !text.startsWith('{"v":1,')) return null
  try {
    const { n, p, w = {} } = JSON.parse(text) as { n: number; p: number; w?: Record<string, number[]> }
    const watches = new Map(Object.entries(w).map(([hash, written]) => [hash, watchNote(places(written))] as const))
    return { partitions: n, position: p, watches }
  } catch {
    return null
  }
}

/** Offsets as the distance from the one before: shorter. */
const steps = (offsets: readonly number[]): number[] => offsets.map((offset, i) => offset - (i === 0 ? 0 : (offsets[i - 1] ?? 0)))

const places = (distances: readonly number[]): number[] => {
  let at = 0
  return distances.map((distance) => {
    at += distance
    return at
  })
}

const watchNote = ([from = 0, ...bounds]: readonly number[]): WatchNote => ({
  from,
  planned: Array.from({ length: bounds.length >> 1 }, (_, i) => ({ from: bounds[2 * i] ?? 0, end: bounds[2 * i + 1] ?? 0 })),
})
