/** The API's one subscription: task-events, run-events, dataset-events and dags from their ends, for the live stream and for the answers to commands. */
import type { RunEvent } from '../../../schemas/generated/records.ts'
import { ensureError, MillraceError } from '../../core/errors.ts'
import { readDatasetEvent } from '../../platform/bus/dataset-event-record.ts'
import type { Incoming, Subscription } from '../../platform/bus/port.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'
import type { LiveHub, Place } from './hub.ts'
import { datasetMessage, importErrorMessage, type LiveMessage, makeTaskMessages, runMessage } from './live-messages.ts'

export interface FeedWatchers {
  readonly hub: LiveHub
  onRunEvent(event: RunEvent, place: Place): void
}

export interface FeedWatch {
  /** When the newest decision that was seen was made. */
  lastDecisionAt(): number | null
  close(): Promise<void>
}

const names = ['task-events', 'run-events', 'dataset-events', 'dags'] as const
const filePrefix = 'file:'

export const watchFeeds = async (platform: Platform, { hub, onRunEvent }: FeedWatchers, onFailed: OnFailed): Promise<FeedWatch> => {
  const { bus, codec, topic, log } = platform
  const nameOf = new Map<string, (typeof names)[number]>(names.map((name) => [topic(name), name]))
  const taskMessage = makeTaskMessages()
  const learning = new Set<string>()
  let lastDecisionAt: number | null = null

  const messageOf = (name: (typeof names)[number], record: Incoming, place: Place): LiveMessage | null => {
    if (name === 'dags') {
      const key = record.key ?? ''
      if (!key.startsWith(filePrefix)) return null // what the scheduler makes of it comes as an event of kind dag
      return importErrorMessage(key.slice(filePrefix.length), record.value ? codec.decode('ImportError', record.value) : null)
    }
    if (record.value === null) return null
    if (name === 'task-events') {
      const event = codec.decode('TaskEvent', record.value)
      return event.change === 'note' ? null : taskMessage(event) // a note is shown when the instance is looked at
    }
    if (name === 'dataset-events') return datasetMessage(readDatasetEvent(codec, record).event, record.partition, record.offset)
    const event = codec.decode('RunEvent', record.value)
    lastDecisionAt = Math.max(lastDecisionAt ?? 0, event.at)
    onRunEvent(event, place)
    return runMessage(event)
  }

  const read = (record: Incoming): void => {
    const name = nameOf.get(record.topic)
    if (name === undefined) return
    const place = { topic: name, partition: record.partition, offset: record.offset, at: record.timestamp }
    let message: LiveMessage | null = null
    try {
      message = messageOf(name, record, place)
    } catch (thrown) {
      // The projector puts it among the dead letters; here it is only not shown live.
      log.warn(
        { topic: record.topic, partition: record.partition, offset: record.offset, error: ensureError(thrown).message },
        'a record of a feed cannot be shown live',
      )
      learn(record, thrown)
    }
    hub.offer(place, message)
  }

  /** A newer publisher's schema is fetched once; its first records are seen by the next GET. */
  const learn = (record: Incoming, thrown: unknown): void => {
    if (!(thrown instanceof MillraceError && thrown.code === 'unknown_schema' && record.value) || learning.has(record.topic)) return
    learning.add(record.topic)
    codec
      .learn(record.value)
      .catch((error: unknown) =>
        log.warn({ error: ensureError(error).message }, 'the schema registry did not give a schema; it is asked again with the next record'),
      )
      .finally(() => learning.delete(record.topic))
  }

  const subscription: Subscription = await bus.subscribe({
    topics: [...nameOf.keys()],
    assignment: { kind: 'all' },
    start: () => 'end',
    onRecords(records) {
      for (const record of records) read(record)
    },
    onFailed,
    pace: 'calm',
    lingerMs: 40,
  })
  return { lastDecisionAt: () => lastDecisionAt, close: () => subscription.close() }
}
