/**
 * One column's journal -> its public events, pure but for the codec. Every record of a feed carries the journal offset it came from; those below the
 * resume point were published before, those at it may have been in part: it is published again, and readers drop the numbers they have.
 */
import { ensureError, MillraceError } from '../../core/errors.ts'
import { feedHeaders, type ResumePoint } from '../../platform/bus/feed-positions.ts'
import { type JournalEvent, type JournalPosition, journalStart, makeJournalReader } from '../../platform/bus/journal.ts'
import type { Incoming, Outgoing } from '../../platform/bus/port.ts'
import type { Platform } from '../../platform/platform.ts'
import { emptyLightMap, type LightMap, noteEvent } from './light-map.ts'
import { type PublicEvent, publicEvents } from './public-events.ts'

/** Where the column's journal is read from, and the map as of there. */
export interface FeedOrigin {
  readonly position: JournalPosition
  readonly map: LightMap
  /** There is no state to start from: the column waits for its repair. */
  readonly isLost: boolean
}

export interface ColumnFeed {
  /**
   * The records to publish for this journal record, in order; `complete`: the journal offset below which all is acknowledged. Throws `unknown_schema`,
   * `impossible_history`, `position_lost`: the feed cannot go on.
   */
  read(record: Incoming, complete: number): readonly Outgoing[]
}

export const makeColumnFeed = (
  { codec, topic, log }: Pick<Platform, 'codec' | 'topic' | 'log'>,
  column: number,
  resume: ResumePoint,
  { position, map, isLost }: FeedOrigin = { position: journalStart, map: emptyLightMap(), isLost: false },
): ColumnFeed => {
  const reader = makeJournalReader(codec, position)

  const publish = (event: PublicEvent, offset: number, complete: number): Outgoing => ({
    topic: topic(event.feed),
    partition: column,
    key: event.key,
    value: event.feed === 'task-events' ? codec.encode('TaskEvent', event.value) : event.value && codec.encode('RunEvent', event.value),
    headers: feedHeaders(offset, complete),
  })

  const toPublic = (event: JournalEvent, offset: number): readonly PublicEvent[] => {
    try {
      noteEvent(map, event)
      return publicEvents(map, event)
    } catch (thrown) {
      // The scheduler quarantines what it cannot fold; the feed leaves the event out rather than stop the column for everyone.
      log.error(
        { column, offset, event: event.type, dagId: 'dagId' in event ? event.dagId : null, error: ensureError(thrown).message },
        'an event of the journal cannot be told',
      )
      return []
    }
  }

  return {
    read(record, complete) {
      const entry = reader.read(record)
      if (entry === null || entry.kind === 'acquired') return []
      const out: Outgoing[] = []
      for (const event of entry.events) {
        if (event.type === 'InputsLost' && event.input === 'journal' && (isLost || event.to > position.offset))
          throw new MillraceError('position_lost', `column ${column} was repaired and went back to its checkpoint: starting again from there`)
        for (const told of toPublic(event, entry.offset)) if (entry.offset >= resume[told.feed]) out.push(publish(told, entry.offset, complete))
      }
      return out
    },
  }
}
