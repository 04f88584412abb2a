/** Reports to the column of the attempt's DAG. */
import type { Report } from '../../schemas/generated/records.ts'
import { columnOf } from '../core/column.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import type { HeldCommand } from './attempt-table.ts'

/** Under the broker's 1 MB for a message, with room for its envelope. */
const maxReportBytes = 900_000

/** The record to send. A result that is too big for a message becomes a failure that says so: it costs only this attempt. */
export const reportRecord = (
  platform: Platform,
  incarnation: string,
  command: HeldCommand,
  at: number,
  body: Report['body'],
  start: Report['start'] = null,
): Outgoing => {
  const { dagId, runId, taskId, mapIndex, tryNumber, token } = command
  const value = platform.codec.encode('Report', { dagId, runId, taskId, mapIndex, tryNumber, token, at, by: incarnation, body, start })
  if (value.length > maxReportBytes && body.type !== 'AttemptFailed') return reportRecord(platform, incarnation, command, at, tooBig(value.length), start)
  return {
    topic: platform.topic('reports'),
    partition: columnOf(dagId, platform.columns),
    key: dagId,
    value,
    headers: { 'event-id': `${token}/${body.type}` },
  }
}

const tooBig = (bytes: number): Report['body'] => ({
  type: 'AttemptFailed',
  error: {
    type: 'too_big',
    message: `The task's results take ${bytes} bytes together, at most ${maxReportBytes} fit a report: leave fewer or smaller XComs.`,
    stack: null,
  },
  retryable: false,
})
