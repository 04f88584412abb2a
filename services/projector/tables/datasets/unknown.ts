/**
 * An event of a dataset that no DAG names is kept and shown, and starts nothing: mostly its URI is misspelt. So the first of such a dataset is told as a dead
 * letter, too. What is read again later (a table made anew, a projector that was away) is not: what DAGs there were then is not known.
 */
import { MillraceError } from '../../../core/errors.ts'
import type { Incoming, Outgoing } from '../../../platform/bus/port.ts'
import { makeDeadLetter } from '../../../platform/dead-letters.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { Session } from '../../../platform/store/session.ts'
import type { PlacedDatasetEvent } from './fold.ts'
import type { CountedDataset } from './prune.ts'

const youngMs = 60_000

/** Of the datasets that a batch brought events of, those that had none before and that no DAG names. */
export const unknownOf = async (session: Session, counted: readonly CountedDataset[]): Promise<ReadonlySet<string>> => {
  const first = counted.filter(({ events, added }) => added > 0 && events === added).map(({ uri }) => uri)
  if (first.length === 0) return new Set()
  const found = await session.query<{ uri: string }>({
    name: 'unknown datasets',
    text: 'SELECT u.uri FROM unnest($1::text[]) AS u(uri) WHERE NOT EXISTS (SELECT FROM projection.dataset_link l WHERE l.uri = u.uri)',
    values: [first],
  })
  return new Set(found.map(({ uri }) => uri))
}

/** A letter for the first event of each of them. */
export const unknownLetters = (
  platform: Platform,
  unknown: ReadonlySet<string>,
  events: readonly PlacedDatasetEvent[],
  records: readonly Incoming[],
  by: string,
): readonly Outgoing[] =>
  [...unknown].flatMap((uri) => {
    const first = events.find(({ event }) => event.uri === uri)
    const record = records.find(
      ({ topic, partition, offset }) => topic === platform.topic('dataset-events') && partition === first?.partition && offset === first.offset,
    )
    if (!record || platform.clock.now() - record.timestamp > youngMs) return []
    const reason = `no DAG waits for dataset ${uri} or has it among its outlets or inlets: the event is kept and starts nothing. Correct the URI, or publish the DAG first`
    return [makeDeadLetter(platform, record, by, new MillraceError('dataset_not_found', reason))]
  })
