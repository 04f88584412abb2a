/**
 * One column's journal -> its public events, pure but for the codec. Every record of a feed carries the journal offset it came from; those below the
 * resume point were published before, those at it may have been in part: it is published again, and readers drop the numbers they have.
 */
import { ensureError } from '../../core/errors.ts'
import { type JournalEvent, makeJournalReader } from '../../platform/bus/journal.ts'
import type { Incoming, Outgoing } from '../../platform/bus/port.ts'
import type { Platform } from '../../platform/platform.ts'
import { emptyLightMap, noteEvent } from './light-map.ts'
import { type PublicEvent, publicEvent } from './public-events.ts'

/** Journal offset up to which each feed of the column is complete but for that offset itself; -1: nothing was published. */
export interface ResumePoint {
  readonly 'task-events': number
  readonly 'run-events': number
}

export interface ColumnFeed {
  /** The records to publish for this journal record, in order. Throws `unknown_schema`, `impossible_history`: the feed cannot go on. */
  read(record: Incoming): readonly Outgoing[]
}

/** Header of a feed record: offset of the journal record it came from. */
export const journalHeader = 'journal'

export const makeColumnFeed = ({ codec, topic, log }: Pick<Platform, 'codec' | 'topic' | 'log'>, column: number, resume: ResumePoint): ColumnFeed => {
  const reader = makeJournalReader(codec)
  const map = emptyLightMap()

  const publish = (event: PublicEvent, offset: number): Outgoing => ({
    topic: topic(event.feed),
    partition: column,
    key: event.key,
    value: event.feed === 'task-events' ? codec.encode('TaskEvent', event.value) : event.value && codec.encode('RunEvent', event.value),
    headers: { [journalHeader]: String(offset) },
  })

  const toPublic = (event: JournalEvent, offset: number): PublicEvent | null => {
    try {
      noteEvent(map, event)
      return publicEvent(map, event)
    } catch (thrown) {
      // The scheduler quarantines what it cannot fold; the feed leaves the event out rather than stop the column for everyone.
      log.error({ column, offset, event: event.type, dagId: event.dagId, error: ensureError(thrown).message }, 'an event of the journal cannot be told')
      return null
    }
  }

  return {
    read(record) {
      const entry = reader.read(record)
      if (entry === null || entry.kind === 'acquired') return []
      const out: Outgoing[] = []
      for (const event of entry.events) {
        const told = toPublic(event, entry.offset)
        if (told && entry.offset >= resume[told.feed]) out.push(publish(told, entry.offset))
      }
      return out
    },
  }
}
