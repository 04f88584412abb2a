/** What watchers send: dataset events, with ids that redelivery makes again, and dead letters. */

import { type ErrorCode, isErrorCode, MillraceError } from '../../core/errors.ts'
import { defaultCluster } from '../../core/watch.ts'
import type { Incoming, Outgoing } from '../../platform/bus/port.ts'
import { makeDeadLetter } from '../../platform/dead-letters.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Cut } from './batches.ts'
import type { ActiveWatch } from './watch-table.ts'

export interface WatchEvents {
  each(watch: ActiveWatch, record: Incoming, extra: string): Outgoing
  batch(watch: ActiveWatch, partition: number, cut: Cut): Outgoing
  deadLetter(watch: ActiveWatch, record: Incoming, code: string, message: string): Outgoing
}

/**
 * Ids: `<cluster>/<topic>/<partition>/<offset>@<timestamp>`, of a batch with its first and last offset. The timestamp is there for a topic that was
 * deleted and made anew: its offsets begin at 0 again, and without it its first messages would be taken for those of the old one.
 */
export const makeWatchEvents = (platform: Pick<Platform, 'codec' | 'topic' | 'clock'>, producer: string): WatchEvents => {
  const event = (uri: string, id: string, at: number, extra: string): Outgoing => ({
    topic: platform.topic('dataset-events'),
    key: uri,
    value: platform.codec.encode('DatasetEvent', {
      uri,
      id,
      at,
      extra,
      sourceDagId: null,
      sourceRunId: null,
      sourceTaskId: null,
      sourceMapIndex: null,
      producer,
    }),
    headers: { 'event-id': id },
  })
  return {
    each: ({ uri, cluster, topic }, { partition, offset, timestamp }, extra) =>
      event(uri, `${cluster}/${topic}/${partition}/${offset}@${timestamp}`, timestamp, extra),
    batch: ({ uri, cluster, topic }, partition, { from, end, items, at }) =>
      event(
        uri,
        `${cluster}/${topic}/${partition}/${from}-${end - 1}@${at}`,
        at,
        `{"topic":${JSON.stringify(topic)},"partition":${partition},"firstOffset":${from},"lastOffset":${end - 1},"count":${items.length},"messages":[${items.join(',')}]}`,
      ),
    deadLetter: ({ uri, cluster, topic }, record, code, message) => {
      const known: ErrorCode = isErrorCode(code) ? code : 'internal'
      const place = cluster === defaultCluster ? topic : `${cluster}/${topic}`
      return makeDeadLetter(platform, { ...record, topic: place }, `watcher of ${uri}`, new MillraceError(known, message))
    },
  }
}
