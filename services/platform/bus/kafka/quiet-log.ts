import type { LogEntry } from 'kafkajs'
import type { Logger } from '../../log.ts'
import { logLevel } from './kafkajs.ts'

/** Rebalances, coordinator changes and cut connections are everyday life to a group, and kafkajs shouts about each. */
const everyday =
  /rebalanc|not the leader|does not host this topic|leadership election|not aware of this member|not the (correct )?coordinator|coordinator is (not available|loading)|Response (Heartbeat|JoinGroup|SyncGroup|LeaveGroup|OffsetFetch|GroupCoordinator|Fetch)|Closed connection|unsubscribed topics|Crash: |Restarting the consumer|Offset out of range/i
const unreachable = /Connection error|Connection timeout|Failed to connect|trying another broker|ECONNREFUSED/
const repeatMs = 10_000
/** Shared by all clients of one log: one broker that is away is one piece of news. */
const saidBy = new WeakMap<Logger, Map<string, number>>()

/** kafkajs' own log lines in our log: everyday ones at debug, the rest as warnings, each text at most once in ten seconds. */
export const quietLog = (log: Logger, isClosing: () => boolean): (() => (entry: LogEntry) => void) => {
  const saidAt = saidBy.get(log) ?? new Map<string, number>()
  saidBy.set(log, saidAt)
  const said = (text: string): boolean => {
    const now = Date.now()
    if (now - (saidAt.get(text) ?? -repeatMs) < repeatMs) return true
    if (saidAt.size > 100) saidAt.clear()
    saidAt.set(text, now)
    return false
  }
  return () => (entry) => {
    const { message, broker, error } = entry.log
    const details = { kafkajs: entry.namespace, broker, error: error instanceof Error ? error.message : error }
    if (isClosing() || entry.level > logLevel.WARN || everyday.test(`${message} ${details.error}`)) return log.debug(details, message)
    if (unreachable.test(message)) {
      if (!said('unreachable')) log.warn(details, `the Kafka broker does not answer; trying again (${message})`)
      return
    }
    if (!said(message)) log.warn(details, `kafkajs: ${message}`)
  }
}
