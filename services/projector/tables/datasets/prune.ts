/**
 * What goes of the dataset events, and with each which runs took it: what the topic does not hold any more (90 days), and of each dataset what is beyond
 * its newest ones. An event that a DAG still waits for stays, or the page would say that less waits than does.
 */
import type { TopicState } from '../../../platform/bus/port.ts'
import type { Session } from '../../../platform/store/session.ts'

export interface KeptDatasetEvents {
  /** Of each dataset, besides those that wait; up to a tenth more until they are looked at again. */
  readonly keepDatasetEvents?: number | undefined
}

export const defaultKeptEvents = 10_000

/** Rows that one statement deletes at most. */
const atOnce = 5_000

const nobodyWaits = `NOT EXISTS (SELECT FROM projection.dataset_cursor c WHERE c.uri = e.uri AND c.partition = e.partition AND c.next_offset <= e.record_offset)`

const deleting = (old: string): string => `WITH old AS (SELECT e.uri, e.event_id FROM projection.dataset_event e WHERE ${old}),
lineage AS (DELETE FROM projection.dataset_run r USING old WHERE r.uri = old.uri AND r.event_id = old.event_id)
DELETE FROM projection.dataset_event e USING old WHERE e.uri = old.uri AND e.event_id = old.event_id RETURNING 1`

export interface CountedDataset {
  readonly uri: string
  /** Events that it ever had, and how many of them are new. */
  readonly events: number
  readonly added: number
}

/** After an insert: looks at a dataset each time another tenth of what is kept has come. */
export const pruneOldest = async (
  session: Session,
  datasets: readonly CountedDataset[],
  { keepDatasetEvents: keep = defaultKeptEvents }: KeptDatasetEvents,
) => {
  const step = Math.max(1, Math.floor(keep / 10))
  for (const { uri, events, added } of datasets) {
    if (events <= keep || Math.floor(events / step) === Math.floor((events - added) / step)) continue
    await session.query({
      name: 'prune oldest dataset_event',
      text: deleting(`e.uri = $1 AND ${nobodyWaits} ORDER BY e.at DESC, e.partition DESC, e.record_offset DESC OFFSET $2 LIMIT ${atOnce}`),
      values: [uri, keep],
    })
  }
}

/** Beside the writing of batches: what lies before the topic's first records. */
export const pruneExpired = async (session: Session, { partitions }: TopicState): Promise<void> => {
  for (const { partition, low } of partitions)
    for (let deleted = atOnce; deleted === atOnce; )
      deleted = (
        await session.query({
          name: 'prune expired dataset_event',
          text: deleting(`e.partition = $1 AND e.record_offset < $2 AND ${nobodyWaits} LIMIT ${atOnce}`),
          values: [partition, low],
        })
      ).length
}
