/** Effects of the pure part as records: all that belong together go out in one send. */
import { hostname } from 'node:os'
import type { InboxCommand, UpstreamXCom } from '../../schemas/generated/records.ts'
import { inboxPartition } from '../../schemas/topics.ts'
import { columnOf } from '../core/column.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import { drainKey } from './drains.ts'
import type { Effect } from './effects.ts'
import { executorRole } from './intake.ts'

export type Sendable = Extract<Effect, { type: 'claim' | 'inbox' | 'drained' | 'report' | 'status' }>

/** A record may have 1 MB; keys, headers and the envelope need some of it. */
export const maxCommandBytes = 950_000
/** XComs of one part of a command that is cut. */
const partBytes = 700_000

export interface Outlet {
  /** One record, or the parts of an attempt's command that is too big for one; null: it cannot be cut. */
  records(effect: Sendable): readonly Outgoing[] | null
}

/** `id`: this executor among the senders of heartbeats and reports. */
export const makeOutlet = (platform: Platform, id: string, kind: string): Outlet => {
  const { codec, topic, clock, columns } = platform
  let counter = 0
  const inbox = (command: InboxCommand): Outgoing => ({
    topic: topic('inbox'),
    partition: inboxPartition(command.incarnation),
    key: command.incarnation,
    value: codec.encode('InboxCommand', command),
  })
  const inParts = (command: InboxCommand): readonly Outgoing[] => {
    const whole = inbox(command)
    const { body } = command
    if ((whole.value?.length ?? 0) <= maxCommandBytes || body.type !== 'RunAttempt') return [whole]
    // The first part has what is not XComs; all are sent together, in order.
    const parts = [[], ...cut(body.xcoms)]
    return parts.map((xcoms, part) =>
      inbox({ ...command, part, more: part < parts.length - 1, body: part === 0 ? { ...body, xcoms } : { ...body, task: '', context: '', xcoms } }),
    )
  }
  const one = (effect: Exclude<Sendable, { type: 'inbox' }>, at: number): Outgoing => {
    switch (effect.type) {
      case 'claim':
        return {
          topic: topic('leadership'),
          partition: 0,
          key: executorRole,
          value: codec.encode('LeaderClaim', { role: executorRole, owner: effect.owner, hostname: hostname(), at }),
        }
      case 'drained':
        return { topic: topic('settings'), partition: 0, key: drainKey(effect.incarnation), value: null }
      case 'report': {
        const { report } = effect
        return {
          topic: topic('reports'),
          partition: columnOf(report.dagId, columns),
          key: report.dagId,
          value: codec.encode('Report', { ...report, at, by: id, start: null }),
        }
      }
      case 'status':
        return {
          topic: topic('heartbeats'),
          partition: 0,
          key: id,
          value: codec.encode('Heartbeat', {
            incarnation: id,
            counter: ++counter,
            epoch: effect.epoch,
            n: 0,
            at,
            body: { type: 'ExecutorStatus', hostname: hostname(), pid: process.pid, kind, ...effect.status },
          }),
        }
      default:
        return effect satisfies never
    }
  }

  return {
    records(effect) {
      const at = clock.now()
      if (effect.type !== 'inbox') return [one(effect, at)]
      const records = inParts({ at, part: 0, more: false, ...effect.command })
      return records.some(({ value }) => (value?.length ?? 0) > maxCommandBytes) ? null : records
    },
  }
}

/** XComs are 48 kB at most each (SEMANTICS 10): a few of them always fit. */
const cut = (xcoms: readonly UpstreamXCom[]): UpstreamXCom[][] => {
  const parts: UpstreamXCom[][] = []
  let bytes = 0
  for (const xcom of xcoms) {
    const size = Buffer.byteLength(xcom.value) + Buffer.byteLength(xcom.key) + xcom.taskId.length + 20
    if (parts.length === 0 || bytes + size > partBytes) {
      parts.push([])
      bytes = 0
    }
    bytes += size
    parts.at(-1)?.push(xcom)
  }
  return parts
}
