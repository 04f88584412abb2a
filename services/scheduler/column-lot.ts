/** Columns that were assigned in the same moment: restored together and read by one consumer (journal, commands and reports of each). */
import { ensureError } from '../core/errors.ts'
import type { Incoming, Start, Subscription } from '../platform/bus/port.ts'
import type { OnFailed, Platform } from '../platform/platform.ts'
import { type Checkpoint, readCheckpoints } from './checkpoint-reader.ts'
import type { ColumnOwner } from './column-owner.ts'
import type { InputName } from './inputs.ts'

export interface ColumnLot {
  /** An owner is over: when it was the last of the lot, reading ends. */
  leave(owner: ColumnOwner): void
  close(): Promise<void>
}

export interface ColumnLotOptions {
  readonly platform: Platform
  readonly columns: readonly number[]
  /** Makes the owner of a column, or null when the column was taken away meanwhile. */
  readonly makeOwner: (column: number, checkpoint: Checkpoint, lot: ColumnLot) => ColumnOwner | null
  readonly onFailed: OnFailed
}

export const openColumnLot = async ({ platform, columns, makeOwner, onFailed }: ColumnLotOptions): Promise<ColumnLot> => {
  const journal = platform.topic('journal')
  const names = new Map<string, InputName>([
    [platform.topic('commands'), 'commands'],
    [platform.topic('reports'), 'reports'],
  ])
  const checkpoints = await readCheckpoints(platform, columns, onFailed)
  const owners = new Map<number, ColumnOwner>()
  let subscription: Subscription | null = null
  const close = async (): Promise<void> => {
    owners.clear()
    await subscription?.close()
    subscription = null
  }
  const lot: ColumnLot = {
    leave(owner) {
      if (owners.get(owner.column) !== owner) return
      owners.delete(owner.column)
      if (owners.size === 0) close().catch((error) => platform.log.warn({ err: ensureError(error) }, 'a reader of columns did not close'))
    },
    close,
  }
  for (const column of columns) {
    const checkpoint = checkpoints.get(column)
    const owner = checkpoint && makeOwner(column, checkpoint, lot)
    if (owner) owners.set(column, owner)
  }
  if (owners.size === 0) return lot

  const start = (topic: string, partition: number): Start => {
    const checkpoint = checkpoints.get(partition)
    if (topic === journal) return checkpoint?.position.offset ?? 'beginning'
    return checkpoint?.positions[names.get(topic) ?? ''] ?? 'beginning'
  }
  const hand = (record: Incoming): void => {
    const owner = owners.get(record.partition)
    const name = names.get(record.topic)
    if (name) owner?.onInput(name, record)
    else owner?.onJournal(record)
  }
  const topics = [journal, ...names.keys()]
  subscription = await platform.bus.subscribe({
    topics,
    assignment: { kind: 'only', partitions: Object.fromEntries(topics.map((topic) => [topic, [...owners.keys()]])) },
    start,
    onRecords: (records) => records.forEach(hand),
    onFailed,
  })
  for (const owner of owners.values()) owner.claim()
  return lot
}
