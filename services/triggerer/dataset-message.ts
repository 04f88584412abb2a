/** A record of topic dataset-events as a trigger's event. */
import type { Json } from '../core/dag.ts'
import type { Codec } from '../platform/bus/codec-port.ts'
import { readDatasetEvent } from '../platform/bus/dataset-event-record.ts'
import type { Incoming } from '../platform/bus/port.ts'

export interface DatasetMessage {
  readonly id: string
  readonly uri: string
  readonly extra: Json
  readonly at: number
}

export const readDatasetMessage = (codec: Codec, record: Incoming): DatasetMessage | null => {
  if (record.value === null) return null
  const { id, uri, extra, at } = readDatasetEvent(codec, record).event
  return { id, uri, extra: JSON.parse(extra), at }
}
