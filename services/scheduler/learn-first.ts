/**
 * Records on their way to who decides: one with a schema that came after our start (a newer release's, or one that another program registered) waits,
 * and what follows it in its partition with it, until the registry has told the schema. With the registry away that lasts a minute; then the record
 * is handed on as it is, and goes to dead-letters.
 */
import { ensureError } from '../core/errors.ts'
import type { Incoming } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'

export interface LearnFirst {
  readonly take: (record: Incoming) => void
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>
}

const pauseMs = 1000
const tries = 60

export const makeLearnFirst = ({ codec, clock, log }: Pick<Platform, 'codec' | 'clock' | 'log'>, hand: (record: Incoming) => void): LearnFirst => {
  const waiting = new Map<string, Incoming[]>()
  let done = Promise.resolve()
  const isKnown = ({ value }: Incoming): boolean => value === null || codec.knows(value)

  const learn = async ({ topic, partition, offset, value }: Incoming): Promise<void> => {
    for (let i = 1; value !== null && !codec.knows(value); i++) {
      try {
        await codec.learn(value)
        return
      } catch (thrown) {
        log.warn({ topic, partition, offset, error: ensureError(thrown).message }, 'the schema of a record could not be asked for')
        if (i === tries) return
        await new Promise<void>((resolve) => void clock.after(pauseMs, resolve))
      }
    }
  }
  const drain = async (place: string, queue: Incoming[]): Promise<void> => {
    for (let record = queue[0]; record; record = queue[0]) {
      await learn(record)
      queue.shift()
      hand(record)
    }
    waiting.delete(place)
  }

  return {
    take(record) {
      const place = `${record.topic}/${record.partition}`
      const queue = waiting.get(place)
      if (queue) queue.push(record)
      else if (isKnown(record)) hand(record)
      else {
        const begun = [record]
        waiting.set(place, begun)
        const drained = drain(place, begun)
        done = done.then(() => drained)
      }
    },
    idle: () => done,
  }
}
