/**
 * Where batches end, in one partition, for one watch: pure. A batch is a range of offsets. Its end is decided once: the loop writes it down (as a plan,
 * beside the committed offset) before the batch's event is sent, so that whoever comes after a crash makes the same batch, with the same id.
 */
import { maxExtraBytes } from '../../../schemas/dataset-event.ts'
import type { Watch } from '../../core/watch.ts'

export interface Cut {
  /** First offset of the range, and the one behind its last. */
  readonly from: number
  readonly end: number
  /** JSON of each message's extra, in order. */
  readonly items: readonly string[]
  /** Timestamp of the first message in the range. */
  readonly at: number
  /** It was written down by somebody before. */
  readonly isPlanned: boolean
}

/** First offset, and the one behind the last. */
export interface Range {
  readonly from: number
  readonly end: number
}

export interface Batches {
  /** Where the open range begins: nothing before it is needed again. */
  readonly from: number
  /** Ranges that were written down and have no event yet. */
  readonly planned: readonly Range[]
  /** When the open batch ends by time; null: there is none, or its end is planned. */
  readonly dueAt: number | null
  /** The next message of the partition; `extra` is null when it does not count. */
  take(offset: number, timestamp: number, extra: string | null, now: number): readonly Cut[]
  /** Nothing before `next` is to come any more. */
  passed(next: number): readonly Cut[]
  /** The time is over: what is open ends at `next`. */
  flush(next: number): readonly Cut[]
}

/** Of all messages of a batch: what an event may carry, less what stands around them. */
const maxBytes = maxExtraBytes - 1500

export const makeBatches = (batch: Exclude<Watch['batch'], 'each'>, start: number, plannedRanges: readonly Range[]): Batches => {
  let planned = [...plannedRanges]
  let from = planned[0]?.from ?? start
  let items: string[] = []
  let bytes = 0
  let at: number | null = null
  let openedAt: number | null = null

  const open = (next: number): void => {
    from = next
    items = []
    bytes = 0
    at = null
    openedAt = null
  }
  const cut = (end: number, isPlanned: boolean): Cut[] => {
    const made = items.length === 0 ? [] : [{ from, end, items, at: at ?? 0, isPlanned }]
    open(end)
    return made
  }
  const passed = (next: number): Cut[] => {
    const cuts: Cut[] = []
    while (planned[0] !== undefined && planned[0].end <= next) {
      cuts.push(...cut(planned[0].end, true))
      planned = planned.slice(1)
      if (planned[0] !== undefined) open(planned[0].from)
    }
    // Nothing is held back for a batch that has not begun.
    if (planned.length === 0 && items.length === 0 && next > from) open(next)
    return cuts
  }
  return {
    get from() {
      return from
    },
    get planned() {
      return planned
    },
    get dueAt() {
      return openedAt === null || planned.length > 0 ? null : openedAt + batch.withinMs
    },
    take(offset, timestamp, extra, now) {
      const cuts = passed(offset)
      // Between two planned ranges nothing counted when they were planned.
      if (offset < from) return cuts
      const size = extra === null ? 0 : Buffer.byteLength(extra) + 1
      if (planned.length === 0 && items.length > 0 && bytes + size > maxBytes) cuts.push(...cut(offset, false))
      at ??= timestamp
      if (extra !== null) {
        items.push(extra)
        bytes += size
        openedAt ??= now
      }
      if (planned.length === 0 && items.length >= batch.count) cuts.push(...cut(offset + 1, false))
      else cuts.push(...passed(offset + 1))
      return cuts
    },
    passed,
    flush: (next) => (planned.length === 0 && next > from ? cut(next, false) : []),
  }
}
