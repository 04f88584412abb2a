/** What the journal says, as anybody who reads it would have it: one folded column for each partition. */

import { columnOf } from '../../services/core/column.ts'
import { type Column, emptyColumn, type Run } from '../../services/core/column-state.ts'
import { fold } from '../../services/core/evolve.ts'
import { loseRecord } from '../../services/core/quarantine.ts'
import { type JournalEntry, type JournalReader, makeJournalReader } from '../../services/platform/bus/journal.ts'
import type { Platform } from '../../services/platform/platform.ts'

export interface JournalTruth {
  readonly columns: readonly Column[]
  /** Entries that counted, by column. */
  readonly entries: readonly (readonly JournalEntry[])[]
  run(dagId: string, runId: string): Run | undefined
  /** Resolves when the condition holds, looked at after each record of the journal. */
  until<T>(what: string, condition: (truth: JournalTruth) => T | undefined | false, limitMs?: number): Promise<T>
  close(): Promise<void>
}

export const openJournalTruth = async (platform: Platform, onEntry: (entry: JournalEntry, column: number) => void = () => {}): Promise<JournalTruth> => {
  const columns = Array.from({ length: platform.columns }, emptyColumn)
  const entries: JournalEntry[][] = columns.map(() => [])
  const readers: JournalReader[] = columns.map(() => makeJournalReader(platform.codec))
  const waiting = new Set<() => void>()
  const subscription = await platform.bus.subscribe({
    topics: [platform.topic('journal')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onFailed: (error) => {
      throw error
    },
    onRecords: (records) => {
      for (const record of records) {
        const entry = readers[record.partition]?.read(record)
        const column = columns[record.partition]
        if (!entry || !column) continue
        if (entry.kind === 'lost') loseRecord(column, entry.names)
        if (entry.kind !== 'acquired') fold(column, entry)
        entries[record.partition]?.push(entry)
        onEntry(entry, record.partition)
      }
      for (const look of waiting) look()
    },
  })
  const truth: JournalTruth = {
    columns,
    entries,
    run: (dagId, runId) => columns[columnOf(dagId, platform.columns)]?.dags.get(dagId)?.runs.get(runId),
    until: (what, condition, limitMs = 10_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`waited ${limitMs} ms for ${what}`))
        }, limitMs)
        const look = (): void => {
          const found = condition(truth)
          if (found === undefined || found === false) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(found as never)
        }
        waiting.add(look)
        look()
      }),
    close: () => subscription.close(),
  }
  return truth
}
