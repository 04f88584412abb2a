/** Effects of the pure part as records: all that belong together go out in one send. */
import { hostname } from 'node:os'
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

export interface Outlet {
  /** The record, or null when an attempt's command is too big for one. */
  record(effect: Sendable): Outgoing | null
}

/** `id`: this executor among the senders of heartbeats and reports. */
export const makeOutlet = (platform: Platform, id: string, kind: string): Outlet => {
  const { codec, topic, clock, columns } = platform
  let counter = 0
  return {
    record(effect) {
      const at = clock.now()
      switch (effect.type) {
        case 'claim':
          return {
            topic: topic('leadership'),
            partition: 0,
            key: executorRole,
            value: codec.encode('LeaderClaim', { role: executorRole, owner: effect.owner, hostname: hostname(), at }),
          }
        case 'inbox': {
          const { incarnation } = effect.command
          const value = codec.encode('InboxCommand', { ...effect.command, at })
          return value.length > maxCommandBytes ? null : { topic: topic('inbox'), partition: inboxPartition(incarnation), key: incarnation, value }
        }
        case 'drained':
          return { topic: topic('settings'), partition: 0, key: drainKey(effect.incarnation), value: null }
        case 'report': {
          const { report } = effect
          return {
            topic: topic('reports'),
            partition: columnOf(report.dagId, columns),
            key: report.dagId,
            value: codec.encode('Report', { ...report, at, by: id }),
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
          effect satisfies never
          return null
      }
    },
  }
}
