/**
 * One column's journal -> its public events, pure but for the codec. Every record of a feed carries the journal offset it came from; those below the
 * resume point were published before, those at it may have been in part: it is published again, and readers drop the numbers they have.
 */
import { ensureError, MillraceError } from '../../core/errors.ts'
import { keptEvents } from '../../core/quarantine.ts'
import { datasetEventRecord } from '../../platform/bus/dataset-event-record.ts'
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

/** More dataset events than one journal record can bring. */
const placesOfRecord = 2 ** 20

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

  /** `place`: which it is among the dataset events of its journal record. */
  const publish = (event: PublicEvent, offset: number, complete: number, place: number): Outgoing => {
    if (event.feed === 'dataset-events')
      return datasetEventRecord({ codec, topic }, event.value, { source: `column/${column}`, number: offset * placesOfRecord + place })
    return {
      topic: topic(event.feed),
      partition: column,
      key: event.key,
      value: event.feed === 'task-events' ? event.value && codec.encode('TaskEvent', event.value) : event.value && codec.encode('RunEvent', event.value),
      headers: feedHeaders(offset, complete),
    }
  }

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
      // Nobody else folds what such a record was about, nor what followed from it.
      if (entry.kind === 'lost') for (const name of entry.names) map.lost.add(name)
      const events = map.lost.size === 0 ? entry.events : keptEvents(map.lost, entry.events)
      let place = 0
      for (const event of events) {
        if (event.type === 'InputsLost' && event.input === 'journal' && (isLost || event.to > position.offset))
          throw new MillraceError('position_lost', `column ${column} was repaired and went back to its checkpoint: starting again from there`)
        for (const told of toPublic(event, entry.offset)) {
          // A task that ended updates as many datasets as it has outlets, each time it is told in the same order.
          const itsPlace = told.feed === 'dataset-events' ? place++ : 0
          if (entry.offset >= resume[told.feed]) out.push(publish(told, entry.offset, complete, itsPlace))
        }
      }
      return out
    },
  }
}
