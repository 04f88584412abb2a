/** Stands for executor and worker in tests of the scheduler: answers each queueing in the journal with reports. */
import type { Report } from '../../schemas/generated/records.ts'
import { columnOf } from '../../services/core/column.ts'
import type { EventOf } from '../../services/core/events.ts'
import type { JournalEntry } from '../../services/platform/bus/journal.ts'
import type { Outgoing } from '../../services/platform/bus/port.ts'
import type { Platform } from '../../services/platform/platform.ts'

export const reportRecord = (platform: Platform, event: EventOf<'TaskStateChanged'>, body: Report['body']): Outgoing => ({
  topic: platform.topic('reports'),
  partition: columnOf(event.dagId, platform.columns),
  key: event.dagId,
  value: platform.codec.encode('Report', {
    dagId: event.dagId,
    runId: event.runId,
    taskId: event.taskId,
    mapIndex: event.mapIndex,
    tryNumber: event.tryNumber,
    token: event.token ?? '',
    at: platform.clock.now(),
    by: 'robot',
    body,
    start: null,
  }),
})

/** To be given to `openJournalTruth` as onEntry. `outcome` says how an attempt ends; started always comes first. */
export const robotWorker =
  (
    platform: Platform,
    outcome: (event: EventOf<'TaskStateChanged'>) => Report['body'] = () => ({
      type: 'AttemptSucceeded',
      xcoms: [],
      chosen: null,
      resultLength: null,
      outlets: [],
    }),
  ) =>
  (entry: JournalEntry): void => {
    if (entry.kind !== 'decided') return
    const reports = entry.events.flatMap((event) =>
      event.type === 'TaskStateChanged' && event.state === 'queued'
        ? [reportRecord(platform, event, { type: 'AttemptStarted', hostname: 'robot', pid: 1, rendered: null }), reportRecord(platform, event, outcome(event))]
        : [],
    )
    if (reports.length > 0) void platform.bus.send(reports)
  }
