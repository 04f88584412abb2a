import type { DatasetEvent } from '../../../schemas/generated/records.ts'
import { datasetEventRecord } from '../../platform/bus/dataset-event-record.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Committed } from '../live/committed.ts'

export interface Published {
  readonly partition: number
  readonly offset: number
}

const shownMs = 2_000

/** Publishes an event and answers its place when it is durable and (within 2 s) shown. */
export const makePublishDatasetEvent =
  (platform: Platform, committed: Committed) =>
  async (event: DatasetEvent): Promise<Published> => {
    const [ack] = await platform.bus.send([datasetEventRecord(platform, event)])
    const place = { partition: ack?.partition ?? 0, offset: ack?.offset ?? 0 }
    await committed.wait('dataset-events', place.partition, place.offset, shownMs)
    return place
  }
