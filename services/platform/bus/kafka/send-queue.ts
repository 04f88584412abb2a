import type { Message } from 'kafkajs'
import type { Ack } from '../port.ts'

/** One `send` call: resolved when each of its records has its place. */
export interface Call {
  readonly acks: Ack[]
  open: number
  readonly resolve: (acks: readonly Ack[]) => void
  readonly reject: (error: Error) => void
}

export interface Entry {
  readonly topic: string
  readonly message: Message
  readonly bytes: number
  readonly call: Call
  /** Its place in the call. */
  readonly index: number
  /** Chosen by the partitioner when it is first tried. */
  partition: number
}

const maxBatchRecords = 1000
const maxBatchBytes = 900_000

/** What waits to be sent, in order. Its back-pressure is that `send` resolves with the acknowledgement: who awaits it holds one call in here. */
export interface SendQueue {
  readonly length: number
  add(entries: readonly Entry[]): void
  /** The next batch: at most 1,000 records and 900 kB, but always one record. */
  take(): Entry[]
}

export const makeSendQueue = (): SendQueue => {
  let entries: Entry[] = []
  let head = 0
  return {
    get length() {
      return entries.length - head
    },
    add: (added) => {
      for (const entry of added) entries.push(entry)
    },
    take: () => {
      const from = head
      let batchBytes = 0
      while (head < entries.length && head - from < maxBatchRecords) {
        const next = (entries[head] as Entry).bytes
        if (batchBytes + next > maxBatchBytes && head > from) break
        batchBytes += next
        head++
      }
      const batch = entries.slice(from, head)
      if (head === entries.length) {
        entries = []
        head = 0
      } else if (head > 10_000) {
        entries = entries.slice(head)
        head = 0
      }
      return batch
    },
  }
}
