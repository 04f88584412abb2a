/** Publishes one column's feeds as its journal is read, and knows how far all of them is acknowledged. */
import { MillraceError } from '../../core/errors.ts'
import type { Incoming, Outgoing } from '../../platform/bus/port.ts'
import type { Platform } from '../../platform/platform.ts'
import { makeColumnFeed } from './column-feed.ts'
import type { FeedStart } from './feed-starts.ts'

export interface Publisher {
  take(records: readonly Incoming[]): void
}

export const makePublisher = (platform: Platform, column: number, start: FeedStart, fail: (thrown: unknown) => void): Publisher => {
  const { bus, codec } = platform
  const feed = makeColumnFeed(platform, column, start.resume, start)
  let waiting: Incoming[] = []
  let learning = false
  /** Everything from journal records before it is acknowledged. */
  let complete = start.complete
  /** Sends under way, oldest first: `next` is the first journal offset that each does not cover. */
  const underWay: { next: number; isDone: boolean }[] = []

  const settle = (): void => {
    while (underWay[0]?.isDone) complete = Math.max(complete, underWay.shift()?.next ?? 0)
  }

  const send = (out: readonly Outgoing[], next: number): void => {
    const last = underWay.at(-1)
    if (out.length === 0) {
      if (last) last.next = next
      else complete = Math.max(complete, next)
      return
    }
    const one = { next, isDone: false }
    underWay.push(one)
    bus.send(out).then(() => {
      one.isDone = true
      settle()
    }, fail)
  }

  const publish = (): void => {
    if (learning) return
    const out: Outgoing[] = []
    let read = 0
    try {
      for (const record of waiting) {
        for (const told of feed.read(record, complete)) out.push(told)
        read++
      }
    } catch (thrown) {
      const record = waiting[read]
      if (thrown instanceof MillraceError && thrown.code === 'unknown_schema' && record?.value) {
        // A newer scheduler: its schema is fetched once, then the column goes on where it stopped.
        learning = true
        codec.learn(record.value).then(() => {
          learning = false
          publish()
        }, fail)
      } else {
        fail(thrown)
      }
    }
    const last = waiting[read - 1]
    waiting = waiting.slice(read)
    if (last) send(out, last.offset + 1)
  }

  return {
    take(records) {
      for (const record of records) waiting.push(record)
      publish()
    },
  }
}
