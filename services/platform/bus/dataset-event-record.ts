/**
 * Records of topic dataset-events, which anybody may write (PROTOCOL "Datasets"): Avro by the registry, whoever registered its schema, or JSON with a
 * content-type header. Every event has an id: the header `event-id`, the field `id`, or else its place. A producer that numbers its events says so in the
 * headers `event-source` and `event-number`: readers then remember a number for each source instead of seven days of ids.
 */
import { eventFromJson, eventProblem, maxEventBytes, placeId } from '../../../schemas/dataset-event.ts'
import type { DatasetEvent } from '../../../schemas/generated/records.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Platform } from '../platform.ts'
import type { Codec } from './codec-port.ts'
import type { Incoming, Outgoing } from './port.ts'

export interface ReadDatasetEvent {
  readonly event: DatasetEvent
  readonly source: string | null
  readonly number: number | null
}

/** Throws `undecodable`, `too_big`, or `unknown_schema` (learn it, then read again). */
export const readDatasetEvent = (codec: Codec, record: Incoming): ReadDatasetEvent => {
  const { value, headers } = record
  if (value === null) throw new MillraceError('undecodable', 'a dataset event without a value')
  if (value.length > maxEventBytes)
    throw new MillraceError(
      'too_big',
      `a dataset event of ${value.length} bytes, at most ${maxEventBytes} are allowed: say in its extra where the data are, do not send them`,
    )
  const event = decoded(codec, record, value)
  const problem = eventProblem(event)
  if (problem) throw new MillraceError(problem.code, `dataset event ${event.id}: ${problem.message}`)
  const number = Number(headers['event-number'] ?? Number.NaN)
  const source = headers['event-source'] ?? ''
  return source !== '' && Number.isSafeInteger(number) && number >= 0 ? { event, source, number } : { event, source: null, number: null }
}

const decoded = (codec: Codec, record: Incoming, value: Buffer): DatasetEvent => {
  const { headers, partition, offset, key, timestamp } = record
  const own = headers['event-id'] ?? ''
  const otherwise = { uri: key ?? '', id: placeId(partition, offset), at: timestamp }
  if (/^[^;]*\bjson\b/i.test(headers['content-type'] ?? headers['Content-Type'] ?? '')) {
    const event = eventFromJson(value.toString('utf8'), otherwise)
    if (typeof event === 'string') throw new MillraceError('undecodable', `a dataset event as JSON: ${event}`)
    return own === '' ? event : { ...event, id: own }
  }
  if (value[0] === 0x7b)
    throw new MillraceError(
      'undecodable',
      'a dataset event in neither Avro nor JSON: it begins with {, so if it is JSON, send the header content-type: application/json',
    )
  const event = codec.decode('DatasetEvent', value)
  return { ...event, id: own || event.id || otherwise.id, extra: event.extra === '' ? '{}' : event.extra, at: event.at > 0 ? event.at : timestamp }
}

/** The event as a record. `numbering`: `number` counts up within `source`, for this dataset at least. */
export const datasetEventRecord = (
  { codec, topic }: Pick<Platform, 'codec' | 'topic'>,
  event: DatasetEvent,
  numbering?: { readonly source: string; readonly number: number },
): Outgoing => ({
  topic: topic('dataset-events'),
  key: event.uri,
  value: codec.encode('DatasetEvent', event),
  headers: {
    'event-id': event.id,
    ...(numbering ? { 'event-source': numbering.source, 'event-number': String(numbering.number) } : {}),
  },
})
