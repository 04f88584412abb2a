import { topics } from '../../schemas/topics.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Incoming, Outgoing } from './bus/port.ts'
import type { Platform } from './platform.ts'

const maxValueBytes = 512_000

/** A record that `by` could not use, as a record for topic dead-letters (DESIGN invariant 10): its place, the reason, and the value cut at 512 kB. */
export const makeDeadLetter = (platform: Pick<Platform, 'codec' | 'topic' | 'clock'>, record: Incoming, by: string, thrown: unknown): Outgoing => {
  const error = ensureError(thrown)
  return {
    topic: platform.topic('dead-letters'),
    partition: record.partition % topics['dead-letters'].partitions,
    key: record.topic,
    value: platform.codec.encode('DeadLetter', {
      topic: record.topic,
      partition: record.partition,
      offset: record.offset,
      by,
      code: error instanceof MillraceError ? error.code : 'internal',
      reason: error.message,
      at: platform.clock.now(),
      key: record.key,
      value: record.value && record.value.length > maxValueBytes ? record.value.subarray(0, maxValueBytes) : record.value,
    }),
  }
}
