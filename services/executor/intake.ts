/** Records of the topics that the executor reads, told to its pure part. Throws what a record's decoder throws; the record then changed nothing. */
import { type Column, emptyColumn } from '../core/column-state.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import { fold } from '../core/evolve.ts'
import type { Heap } from '../core/heap.ts'
import { loseRecord } from '../core/quarantine.ts'
import { columnFrom, type Part } from '../core/snapshot.ts'
import type { Checkpoint } from '../platform/bus/checkpoint-reader.ts'
import { type JournalReader, journalStart, makeJournalReader } from '../platform/bus/journal.ts'
import type { Incoming } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import { incarnationOfKey, isDrainAsked } from './drains.ts'
import type { Executor } from './executor.ts'
import { poolOf, poolOfKey } from './pools.ts'

export type Intake = (record: Incoming) => void

/** Timers are the scheduler's: nobody here would ever take one out. */
const noTimers: Heap<never> = { size: 0, push: () => undefined, peek: () => undefined, pop: () => undefined }

export const executorRole = 'executor'

/** `checkpoints`: what each column starts from; its journal has to be read from there on. */
export const makeIntake = (platform: Platform, executor: Executor, checkpoints: ReadonlyMap<number, Checkpoint> = new Map()): Intake => {
  const { codec, topic } = platform
  const starts = Array.from({ length: platform.columns }, (_, number) => checkpoints.get(number)?.position ?? journalStart)
  const columns: Column[] = starts.map((_, number) => ({ ...columnOf(checkpoints.get(number)), timers: noTimers }))
  const readers: JournalReader[] = starts.map((start) => makeJournalReader(codec, start))
  for (const [number, column] of columns.entries()) {
    for (const dag of column.dags.values()) for (const runId of dag.runs.keys()) forgetReady(column, dag.dagId, runId)
    executor.restored(number, column, starts[number]?.offset ?? 0)
  }

  /** Up to here the state we started from stands for the journal; of a lost column there is none. */
  const knownTo = (column: number): number => (checkpoints.get(column)?.lost ? -1 : (starts[column]?.offset ?? 0))

  const journal = (record: Incoming): void => {
    const column = columns[record.partition]
    const reader = readers[record.partition]
    if (!column || !reader)
      throw new MillraceError(
        'topic_mismatch',
        `${record.topic} has a partition ${record.partition}, this installation ${platform.columns} columns: set MILLRACE_COLUMNS to what the topics were created with`,
      )
    const entry = reader.read(record)
    if (entry?.kind === 'lost') {
      loseRecord(column, entry.names)
      apply(() => executor.decided(record.partition, column, fold(column, { at: column.at, events: entry.events })), record)
      executor.journalRead(record.partition, record.offset + 1)
      throw entry.error
    }
    if (entry?.kind === 'decided') {
      apply(() => {
        const events = fold(column, entry)
        executor.decided(record.partition, column, events)
        for (const event of events) {
          if (event.type === 'RunStateChanged') forgetReady(column, event.dagId, event.runId)
          if (event.type === 'InputsLost' && event.input === 'journal' && event.to > knownTo(record.partition)) throw wentBack(record)
        }
      }, record)
    }
    executor.journalRead(record.partition, record.offset + 1)
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
    const incarnation = incarnationOfKey(record.key)
    if (incarnation !== null) executor.drain(incarnation, record.value !== null && isDrainAsked(codec.decode('Setting', record.value)))
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

const columnOf = (checkpoint: Checkpoint | undefined): Column =>
  checkpoint && checkpoint.parts.length > 0 ? columnFrom(checkpoint.parts as readonly Part[]) : emptyColumn()

/** What we folded since is not true any more: all is read again. */
const wentBack = (record: Incoming): MillraceError =>
  new MillraceError('position_lost', `column ${record.partition} was repaired and went back to its checkpoint: starting again from there`)

const apply = (change: () => void, record: Incoming): void => {
  try {
    change()
  } catch (thrown) {
    const error = ensureError(thrown)
    if (error instanceof MillraceError && error.code === 'position_lost') throw error
    throw new MillraceError('impossible_history', `${record.topic}/${record.partition} offset ${record.offset}: ${error.message}`, { cause: error })
  }
}

/** The line of instances that may be queued is the scheduler's, too. */
const forgetReady = (column: Column, dagId: string, runId: string): void => {
  const ready = column.dags.get(dagId)?.runs.get(runId)?.ready
  while (ready?.pop());
}
