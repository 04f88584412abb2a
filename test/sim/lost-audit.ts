/**
 * Rule O, looked at from outside: an executor gives no attempt to an incarnation after it has called it lost. Nothing else would tell: who is lost has ended
 * (J, M), so what it is given stays where it is until a lease is over once more. By the executor's own clock, which must not jump meanwhile.
 */
import type { Codec } from '../../services/platform/bus/codec-port.ts'
import type { MemoryBroker } from '../../services/platform/bus/memory/memory-broker.ts'
import { lastRecord } from './last-record.ts'

export interface LostAuditOptions {
  readonly broker: MemoryBroker
  readonly codec: Codec
  readonly topics: { readonly heartbeats: string; readonly reports: string; readonly inbox: string }
  readonly found: (what: string) => void
}

const ofLease = /^worker (\S+) on .* was silent for longer than its lease/

export const watchTheLost = ({ broker, codec, topics, found }: LostAuditOptions): void => {
  const watched = new Set(Object.values(topics))
  /** Executor -> its epoch, as it says itself. */
  const epochs = new Map<string, number>()
  /** epoch/incarnation -> when it was called lost. */
  const lost = new Map<string, number>()

  const take = (topic: string, value: Buffer): void => {
    if (topic === topics.heartbeats) {
      const { body, incarnation, epoch } = codec.decode('Heartbeat', value)
      if (body.type === 'ExecutorStatus') epochs.set(incarnation, epoch)
    } else if (topic === topics.reports) {
      const { body, by, at } = codec.decode('Report', value)
      const incarnation = body.type === 'AttemptLost' ? ofLease.exec(body.reason)?.[1] : undefined
      const key = `${epochs.get(by) ?? -1}/${incarnation}`
      if (incarnation !== undefined) lost.set(key, Math.min(at, lost.get(key) ?? at))
    } else if (topic === topics.inbox) {
      const { body, epoch, incarnation, at } = codec.decode('InboxCommand', value)
      const since = lost.get(`${epoch}/${incarnation}`)
      if (body.type === 'RunAttempt' && since !== undefined && at > since)
        found(`${incarnation} is given ${body.token} in epoch ${epoch}, which called it lost`)
    }
  }

  broker.onAppended((topic, partition) => {
    if (!watched.has(topic)) return
    const value = lastRecord(broker, topic, partition)?.value
    if (value) take(topic, value)
  })
}
