/**
 * One topic of one cluster, watched: shares its partitions with the other triggerers through a consumer group, and comes back by itself from whatever
 * passes: a topic that is not there yet or was deleted, a cluster that is down, a connection that is set later.
 */
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { KafkaConfig } from '../../platform/bus/kafka/client.ts'
import { type Commit, type GroupReader, openGroupReader, type Share } from '../../platform/bus/kafka/group-reader.ts'
import type { Incoming } from '../../platform/bus/port.ts'
import type { Platform } from '../../platform/platform.ts'
import type { KafkaAccess } from '../../sdk/hooks/kafka/kafka-access.ts'
import type { Judging } from './judging.ts'
import { readNote } from './notes.ts'
import { makePartitionRun, type PartitionRun, type Tally } from './partition-run.ts'
import type { WatchEvents } from './watch-events.ts'
import type { ActiveWatch } from './watch-table.ts'

export type TopicState = 'starting' | 'watching' | 'waiting_for_topic' | 'unreachable' | 'failed'

export interface WatchedTopic {
  readonly cluster: string
  readonly topic: string
  /** From now on these count. */
  update(watches: readonly ActiveWatch[]): void
  watches(): readonly ActiveWatch[]
  state(): TopicState
  partitions(): readonly number[]
  lag(): number
  readonly tally: Readonly<Tally>
  stop(): Promise<void>
}

export interface WatchedTopicParts {
  readonly platform: Platform
  readonly cluster: string
  readonly topic: string
  readonly group: string
  /** Rejects when the connection is not there, or wrong. */
  readonly access: () => KafkaAccess
  readonly kafka: (access: KafkaAccess) => KafkaConfig
  readonly judging: Judging
  readonly events: WatchEvents
  /** Something that people see has changed. */
  readonly onChanged: () => void
}

const commitMs = 300
const lookMs = 10_000
/** What is not committed when it stops comes again, with the same ids. */
const lastCommitMs = 2000
const retryMs = [1000, 2000, 5000, 10_000] as const

export const watchTopic = (parts: WatchedTopicParts, first: readonly ActiveWatch[]): WatchedTopic => {
  const { platform, cluster, topic } = parts
  const { clock } = platform
  const log = platform.log.child({ watcher: `${cluster}/${topic}` })
  const tally: Tally = { messages: 0, events: 0, deadLetters: 0, error: null }
  let watches = first
  let state: TopicState = 'starting'
  let runs = new Map<number, PartitionRun>()
  let reader: GroupReader | null = null
  let access: KafkaAccess | null = null
  let stopping = false
  let wasMissing = false
  let tries = 0
  let heardAt = 0
  let cancel = (): void => undefined
  let opening: Promise<void> = Promise.resolve()

  const setState = (now: TopicState): void => {
    if (state === now) return
    state = now
    parts.onChanged()
  }
  const revoke = (): void => {
    for (const run of runs.values()) run.stop()
    runs = new Map()
    parts.onChanged()
  }
  const fail = (thrown: unknown): void => {
    if (stopping) return
    const error = ensureError(thrown)
    const code = error instanceof MillraceError ? error.code : 'internal'
    // The group is shared out anew: the next share comes by itself.
    if (code === 'shutting_down') return revoke()
    if (code === 'topic_mismatch') wasMissing = true
    const message = code === 'topic_mismatch' ? `topic ${topic} does not exist: its first message will count when it is made` : error.message
    if (tally.error?.message !== message) log.warn({ error: message }, 'the topic is not watched now; trying again')
    tally.error = { at: clock.now(), message }
    setState(code === 'topic_mismatch' ? 'waiting_for_topic' : code === 'broker_unreachable' ? 'unreachable' : 'failed')
    // At once: what it still commits must not reach a topic that is made anew.
    const closing = reader?.close() ?? Promise.resolve()
    opening = closing
    reader = null
    revoke()
    cancel()
    cancel = clock.after(retryMs[Math.min(tries++, retryMs.length - 1)] ?? 0, () => {
      opening = closing.then(open)
    })
  }

  const startOf = (share: Share, at: Share['partitions'][number]): number => {
    if (at.committed !== null) {
      if (at.committed > at.high) {
        log.warn(
          { partition: at.partition },
          `the topic was made anew: it ends at ${at.high}, before our position ${at.committed}; it is read from its beginning`,
        )
        return at.low
      }
      if (at.committed < at.low)
        tally.error = {
          at: clock.now(),
          message: `partition ${at.partition}: ${at.low - at.committed} messages were deleted by the topic's retention before they were read`,
        }
      return Math.max(at.committed, at.low)
    }
    // A watch counts from when it is made. A topic, or a partition, that came later is read whole.
    const known = Math.max(0, ...share.all.map(({ note }) => readNote(note)?.partitions ?? 0))
    return wasMissing || (known > 0 && at.partition >= known) ? at.low : at.high
  }
  const onShare = (share: Share): ReadonlyMap<number, number> => {
    const starts = new Map<number, number>()
    for (const at of share.partitions) {
      const start = startOf(share, at)
      starts.set(at.partition, start)
      const note = at.committed === null || at.committed > at.high ? null : readNote(at.note)
      runs.set(
        at.partition,
        makePartitionRun({
          partition: at.partition,
          partitions: share.all.length,
          start,
          note,
          clock,
          tally,
          events: parts.events,
          watches: () => watches,
          judge: (asked, records) => parts.judging.judge(access ?? parts.access(), asked, records),
          send: (records) => platform.bus.send(records),
          commit: (commit) => commitNow([commit]),
          hold: (isHeld) => (isHeld ? reader?.pause(at.partition) : reader?.resume(at.partition)),
          onFailed: fail,
        }),
      )
      // Where it begins is fixed at once, so that a restart does not begin elsewhere.
      if (at.committed === null) runs.get(at.partition)?.begin()
    }
    wasMissing = false
    tries = 0
    heardAt = clock.now()
    setState('watching')
    parts.onChanged()
    return starts
  }
  const commitNow = async (commits: readonly Commit[]): Promise<void> => {
    if (reader === null) throw new MillraceError('shutting_down', 'the topic is not watched now')
    await reader.commit(commits)
  }
  const commitProgress = async (): Promise<void> => {
    const commits = [...runs.values()].flatMap((run) => run.progress() ?? [])
    if (commits.length === 0) return
    // One that does not arrive is made good by the next, or by whoever has the partition then.
    await commitNow(commits).catch((error: unknown) => log.debug({ error: ensureError(error).message }, 'a commit did not happen'))
  }
  /** For as long as it is the reader. Commits are not awaited: kafkajs repeats one for as long as the topic is gone, which `look` alone finds out. */
  const attend = (mine: GroupReader): void => {
    let isCommitting = false
    const commitOnce = async (): Promise<void> => {
      if (isCommitting) return
      isCommitting = true
      await commitProgress()
      isCommitting = false
    }
    const pass = async (): Promise<void> => {
      void commitOnce()
      if (clock.now() - heardAt > lookMs) await look(mine)
      if (reader === mine && !stopping) tick()
    }
    const tick = (): void => {
      cancel = clock.after(commitMs, () => void pass())
    }
    tick()
  }
  /** Quiet for a while: is the topic still there, and its cluster? */
  const look = async (asked: GroupReader): Promise<void> => {
    heardAt = clock.now()
    try {
      await asked.ends()
      if (state === 'unreachable') {
        tally.error = null
        setState('watching')
      }
    } catch (thrown) {
      if (reader !== asked) return
      const error = ensureError(thrown)
      // The consumer comes back by itself when the cluster does.
      if (!(error instanceof MillraceError) || error.code !== 'broker_unreachable') return fail(thrown)
      tally.error = { at: clock.now(), message: error.message }
      setState('unreachable')
    }
  }
  const onRecords = (partition: number, records: readonly Incoming[], high: number): void => {
    heardAt = clock.now()
    if (state === 'unreachable') setState('watching')
    runs.get(partition)?.take(records, high)
  }

  const open = async (): Promise<void> => {
    if (stopping) return
    try {
      access = parts.access()
      const opened = await openGroupReader(parts.kafka(access), {
        group: parts.group,
        topic,
        onShare,
        onRevoked: revoke,
        onRecords,
        onFailed: (error) => fail(error),
      })
      if (stopping) return await opened.close()
      reader = opened
      attend(opened)
    } catch (thrown) {
      fail(thrown)
    }
  }
  opening = open()

  return {
    cluster,
    topic,
    update(next) {
      watches = next
      for (const run of runs.values()) run.changed()
    },
    watches: () => watches,
    state: () => state,
    partitions: () => [...runs.keys()].sort((a, b) => a - b),
    lag: () => [...runs.values()].reduce((sum, run) => sum + run.lag(), 0),
    tally,
    async stop() {
      stopping = true
      cancel()
      let cancelLate = (): void => undefined
      const late = new Promise<void>((resolve) => {
        cancelLate = clock.after(lastCommitMs, resolve)
      })
      await Promise.race([commitProgress(), late]).finally(cancelLate)
      for (const run of runs.values()) run.stop()
      await opening
      await reader?.close()
    },
  }
}
