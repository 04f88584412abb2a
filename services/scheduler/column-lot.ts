/** Columns that were assigned in the same moment: restored together and read together: their journals by one consumer, what is asked of them by another. */
import { ensureError, MillraceError } from '../core/errors.ts'
import { type Checkpoint, readCheckpoints } from '../platform/bus/checkpoint-reader.ts'
import type { Incoming, Start, Subscription } from '../platform/bus/port.ts'
import type { OnFailed, Platform } from '../platform/platform.ts'
import type { ColumnOwner } from './column-owner.ts'
import { type DatasetReader, makeDatasetReader } from './dataset-reader.ts'
import type { InputName } from './inputs.ts'
import { makeLearnFirst } from './learn-first.ts'
import type { InputEnds } from './lost-inputs.ts'

export interface ColumnLot {
  /** An owner is over, or its column was taken away: when it was the last of the lot, reading ends. */
  leave(owner: ColumnOwner): void
  close(): Promise<void>
}

export interface ColumnLotOptions {
  readonly platform: Platform
  readonly columns: readonly number[]
  /** Makes the owner of a column, or null when the column was taken away meanwhile. */
  readonly makeOwner: (column: number, checkpoint: Checkpoint, lot: ColumnLot, datasets: DatasetReader) => ColumnOwner | null
  readonly inputEnds: (column: number, readsDatasets: boolean) => Promise<InputEnds>
  /** A column that nobody can go on with as it is. */
  readonly onStopped: (column: number, reason: string) => void
  /** What the lot reads was deleted or made anew under it: its columns have to be restored. */
  readonly onLost: (columns: readonly number[], lot: ColumnLot) => void
  readonly onFailed: OnFailed
}

const journalLingerMs = 120

export const openColumnLot = async (options: ColumnLotOptions): Promise<ColumnLot> => {
  const { platform, columns, makeOwner, inputEnds, onStopped, onLost, onFailed } = options
  const journal = platform.topic('journal')
  const names = new Map<string, InputName>([
    [platform.topic('commands'), 'commands'],
    [platform.topic('reports'), 'reports'],
  ])
  const checkpoints = await readCheckpoints(platform, columns, onFailed)
  const owners = new Map<number, ColumnOwner>()
  const subscriptions: Subscription[] = []
  const lost = (error: Error): void => (error instanceof MillraceError && error.code === 'position_lost' ? onLost([...owners.keys()], lot) : onFailed(error))
  const datasets = makeDatasetReader(platform, lost)
  const close = async (): Promise<void> => {
    owners.clear()
    await Promise.all([datasets.close(), ...subscriptions.splice(0).map((subscription) => subscription.close())])
  }
  const lot: ColumnLot = {
    leave(owner) {
      if (owners.get(owner.column) !== owner) return
      owners.delete(owner.column)
      if (owners.size === 0) close().catch((error) => platform.log.warn({ err: ensureError(error) }, 'a reader of columns did not close'))
    },
    close,
  }
  const ends = new Map(await Promise.all(columns.map(async (column) => [column, await inputEnds(column, false)] as const)))
  for (const column of columns) {
    const checkpoint = checkpoints.get(column)
    if (checkpoint?.lost) {
      onStopped(column, checkpoint.lost)
      continue
    }
    const owner = checkpoint && makeOwner(column, checkpoint, lot, datasets)
    if (owner) owners.set(column, owner)
  }
  if (owners.size === 0) return lot

  const start = (topic: string, partition: number): Start => {
    const checkpoint = checkpoints.get(partition)
    if (topic === journal) return checkpoint?.position.offset ?? 'beginning'
    const name = names.get(topic)
    const position = name && checkpoint?.positions[name]
    const end = name && ends.get(partition)?.[name]
    if (position === undefined || !end) return 'beginning'
    // The journal may say that the column is further on; whether anything is lost is known to the owner once it has read that.
    return Math.min(Math.max(position, end.low), end.high)
  }
  const read = (topics: readonly string[], lingerMs: number, hand: (record: Incoming) => void): Promise<Subscription> =>
    platform.bus.subscribe({
      topics,
      assignment: { kind: 'only', partitions: Object.fromEntries(topics.map((topic) => [topic, [...owners.keys()]])) },
      start,
      onRecords: (records) => records.forEach(hand),
      onFailed: lost,
      lingerMs,
    })
  const asked = makeLearnFirst(platform, (record) => owners.get(record.partition)?.onInput(names.get(record.topic) ?? 'commands', record))
  // What is read back of the journal makes checkpoints and shows other owners: it may come in bigger lots than what is to be decided.
  const opened = await Promise.all([
    read([journal], journalLingerMs, (record) => owners.get(record.partition)?.onJournal(record)),
    read([...names.keys()], 0, asked.take),
  ])
  subscriptions.push(...opened)
  if (owners.size === 0) await close() // all of them were taken away meanwhile
  for (const owner of owners.values()) owner.claim()
  return lot
}
