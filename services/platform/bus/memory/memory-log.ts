import type { Incoming } from '../port.ts'

/** One partition: records in order, offsets that may have gaps. */
export interface MemoryLog {
  readonly low: number
  readonly high: number
  append(record: Omit<Incoming, 'offset'>): number
  /** Records from an offset on, at most so many. */
  read(from: number, limit: number): readonly Incoming[]
  /** Offset of the first record of that time or later; `high` when there is none. */
  since(ms: number): number
  /** Drops what lies before the offset. */
  deleteBefore(offset: number): void
  /** Keeps the last record of each key, and the very last record, as the broker's compaction does. */
  compact(): void
}

export const makeMemoryLog = (): MemoryLog => {
  let records: Incoming[] = []
  let low = 0
  let high = 0
  /** Index of the first record at or after the offset. */
  const indexOf = (offset: number): number => {
    let from = 0
    let to = records.length
    while (from < to) {
      const middle = (from + to) >> 1
      if ((records[middle] as Incoming).offset < offset) from = middle + 1
      else to = middle
    }
    return from
  }
  return {
    get low() {
      return low
    },
    get high() {
      return high
    },
    append(record) {
      records.push(Object.freeze({ ...record, offset: high }))
      return high++
    },
    read: (from, limit) => {
      const index = indexOf(from)
      return records.slice(index, index + limit)
    },
    since: (ms) => records.find((record) => record.timestamp >= ms)?.offset ?? high,
    deleteBefore(offset) {
      if (offset <= low) return
      records = records.slice(indexOf(offset))
      low = offset
    },
    compact() {
      const last = new Map(records.map((record) => [record.key, record.offset]))
      records = records.filter(({ key, offset }, i) => i === records.length - 1 || (key !== null && last.get(key) === offset))
    },
  }
}
