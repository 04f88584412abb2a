/** Records of the topics that the executor reads, told to its pure part. Throws what a record's decoder throws; the record then changed nothing. */
import { type Column, emptyColumn } from '../core/column-state.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import { fold } from '../core/evolve.ts'
import type { Heap } from '../core/heap.ts'
import { type JournalReader, makeJournalReader } from '../platform/bus/journal.ts'
import type { Incoming } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import type { Executor } from './executor.ts'
import { poolOf, poolOfKey } from './pools.ts'

export type Intake = (record: Incoming) => void

/** Timers are the scheduler's: nobody here would ever take one out. */
const noTimers: Heap<never> = { size: 0, push: () => undefined, peek: () => undefined, pop: () => undefined }

export const executorRole = 'executor'

export const makeIntake = (platform: Platform, executor: Executor): Intake => {
  const { codec, topic } = platform
  const columns: Column[] = Array.from({ length: platform.columns }, () => ({ ...emptyColumn(), timers: noTimers }))
  const readers: JournalReader[] = columns.map(() => makeJournalReader(codec))

  const journal = (record: Incoming): void => {
    const column = columns[record.partition]
    const reader = readers[record.partition]
    if (!column || !reader)
      throw new MillraceError(
        'topic_mismatch',
        `${record.topic} has a partition ${record.partition}, this installation ${platform.columns} columns: set MILLRACE_COLUMNS to what the topics were created with`,
      )
    const entry = read(reader, record)
    if (entry?.kind === 'decided') {
      apply(() => {
        fold(column, entry)
        executor.decided(record.partition, column, entry.events)
        for (const event of entry.events) if (event.type === 'RunStateChanged') forgetReady(column, event.dagId, event.runId)
      }, record)
    }
    executor.journalRead(record.partition, record.offset + 1)
  }

  const read = (reader: JournalReader, record: Incoming): ReturnType<JournalReader['read']> => {
    try {
      return reader.read(record)
    } catch (thrown) {
      // A payload that cannot be decoded is lost alone: the reader stands behind it.
      if (thrown instanceof MillraceError && thrown.code === 'undecodable') executor.journalRead(record.partition, record.offset + 1)
      throw thrown
    }
  }

  const heartbeats = (record: Incoming): void => {
    try {
      if (record.value) executor.heartbeat(codec.decode('Heartbeat', record.value))
    } finally {
      executor.heartbeatsRead(record.offset + 1)
    }
  }

  const leadership = (record: Incoming): void => {
    if (!record.value) return
    const claim = codec.decode('LeaderClaim', record.value)
    if (claim.role === executorRole) executor.claimed({ offset: record.offset, owner: claim.owner })
  }

  const settings = (record: Incoming): void => {
    const name = poolOfKey(record.key)
    if (name === null) return
    const pool = record.value ? poolOf(codec.decode('Setting', record.value)) : null
    executor.pools.set(name, pool)
  }

  const byTopic = new Map<string, Intake>([
    [topic('journal'), journal],
    [topic('heartbeats'), heartbeats],
    [topic('leadership'), leadership],
    [topic('settings'), settings],
  ])
  return (record) => byTopic.get(record.topic)?.(record)
}

const apply = (change: () => void, record: Incoming): void => {
  try {
    change()
  } catch (thrown) {
    const error = ensureError(thrown)
    throw new MillraceError('impossible_history', `${record.topic}/${record.partition} offset ${record.offset}: ${error.message}`, { cause: error })
  }
}

/** The line of instances that may be queued is the scheduler's, too. */
const forgetReady = (column: Column, dagId: string, runId: string): void => {
  const ready = column.dags.get(dagId)?.runs.get(runId)?.ready
  while (ready?.pop());
}
