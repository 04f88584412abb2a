/** The incarnation's inbox partition: shared with other workers, so most of it is skipped by its key; in order, and nothing waits in the bus's handler. */
import type { InboxCommand } from '../../schemas/generated/records.ts'
import { inboxPartition } from '../../schemas/topics.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Incoming } from '../platform/bus/port.ts'
import { makeDeadLetter } from '../platform/dead-letters.ts'
import type { Platform } from '../platform/platform.ts'
import { makeInboxParts } from './inbox-parts.ts'

export interface Inbox {
  /** Hands over what came so far, and from then on everything as it comes. */
  open(): void
  close(): Promise<void>
}

/** H: begins at the partition's end as of now, which is before the hello: what was written for anybody earlier is not for this incarnation. */
export const openInbox = async (
  platform: Platform,
  incarnation: string,
  onCommand: (command: InboxCommand) => void,
  onFailed: (error: Error) => void,
): Promise<Inbox> => {
  const { bus, codec, log } = platform
  const topic = platform.topic('inbox')
  const partition = inboxPartition(incarnation)
  const from = (await bus.offsets(topic)).partitions.find((state) => state.partition === partition)?.high
  if (from === undefined) throw new MillraceError('topic_mismatch', `topic ${topic} has no partition ${partition}: run the migration step`)

  const joined = makeInboxParts()
  let held: Incoming[] | null = []
  let closed = false
  const deadLetter = (record: Incoming, error: Error): void => {
    log.error({ topic, partition, offset: record.offset, error: error.message }, 'an inbox command was skipped')
    bus.send([makeDeadLetter(platform, record, 'worker', error)]).catch(onFailed)
  }
  const take = (records: readonly Incoming[]): void => {
    if (closed) return
    if (held !== null) {
      for (const record of records) held.push(record)
      return
    }
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as Incoming
      if (record.key !== incarnation || record.value === null) continue
      let command: InboxCommand
      try {
        command = codec.decode('InboxCommand', record.value)
      } catch (thrown) {
        const error = ensureError(thrown)
        if (!(error instanceof MillraceError) || error.code !== 'unknown_schema') {
          deadLetter(record, error)
          continue
        }
        // A newer executor: what follows waits until its schema is here.
        held = records.slice(i)
        codec.learn(record.value).then(
          () => open(),
          (cause: unknown) => {
            deadLetter(record, ensureError(cause))
            held?.shift()
            open()
          },
        )
        return
      }
      const whole = joined(command)
      if (whole) onCommand(whole)
    }
  }
  const open = (): void => {
    const waiting = held ?? []
    held = null
    take(waiting)
  }
  const subscription = await bus.subscribe({
    topics: [topic],
    assignment: { kind: 'only', partitions: { [topic]: [partition] } },
    start: () => from,
    onRecords: take,
    onFailed,
  })
  return {
    open,
    async close() {
      closed = true
      await subscription.close()
    },
  }
}
