/** Reads the newest complete checkpoint of columns (PROTOCOL C): highest offset wins, and only the pieces of a complete manifest count. */
import type { CheckpointManifest } from '../../schemas/generated/records.ts'
import { MillraceError } from '../core/errors.ts'
import type { Part } from '../core/snapshot.ts'
import { type JournalPosition, journalStart, type Positions } from '../platform/bus/journal.ts'
import type { Incoming } from '../platform/bus/port.ts'
import { subscribeAndCatchUp } from '../platform/bus/read-to-end.ts'
import type { OnFailed, Platform } from '../platform/platform.ts'

/** Part name -> keys of its pieces, in order. */
export type Pieces = Readonly<Record<string, readonly string[]>>
/** Where things stood at a moment: what may be deleted once it is 7 days old. */
export interface Mark {
  readonly at: number
  readonly journal: number
  readonly commands: number
  readonly reports: number
}

export interface Checkpoint {
  readonly position: JournalPosition
  readonly positions: Positions
  readonly parts: readonly Part[]
  readonly pieces: Pieces
  readonly marks: readonly Mark[]
  /** Every key that stands on the topic for the column: what a newer checkpoint does not need is tombstoned. */
  readonly keys: ReadonlySet<string>
}

const none: Checkpoint = { position: journalStart, positions: {}, parts: [], pieces: {}, marks: [], keys: new Set() }
const attempts = 5

/** One checkpoint a column. A journal that begins behind it means that a newer one was written meanwhile: it is read again. */
export const readCheckpoints = async (platform: Platform, columns: readonly number[], onFailed: OnFailed): Promise<ReadonlyMap<number, Checkpoint>> => {
  for (let attempt = 1; ; attempt++) {
    const found = await readOnce(platform, columns, onFailed)
    const journal = await platform.bus.offsets(platform.topic('journal'))
    const late = columns.find((column) => (journal.partitions[column]?.low ?? 0) > (found.get(column) ?? none).position.offset)
    if (late === undefined) return found
    if (attempt === attempts)
      throw new MillraceError(
        'position_lost',
        `column ${late}: its newest checkpoint ends at journal offset ${found.get(late)?.position.offset ?? 0}, but the journal begins at ${journal.partitions[late]?.low}: records between are lost; restore the topic from a backup`,
      )
  }
}

const readOnce = async (platform: Platform, columns: readonly number[], onFailed: OnFailed): Promise<Map<number, Checkpoint>> => {
  const topic = platform.topic('checkpoints')
  const texts = new Map<number, Map<string, Buffer>>(columns.map((column) => [column, new Map()]))
  const take = (record: Incoming): void => {
    const column = texts.get(record.partition)
    if (!column || record.key === null) return
    if (record.value) column.set(record.key, record.value)
    else column.delete(record.key)
  }
  const { subscription, caughtUp } = await subscribeAndCatchUp(platform.bus, {
    topics: [topic],
    assignment: { kind: 'only', partitions: { [topic]: columns } },
    start: () => 'beginning',
    onRecords: (records) => records.forEach(take),
    onFailed,
  })
  await caughtUp
  await subscription.close()
  return new Map([...texts].map(([column, records]) => [column, newestComplete(platform, records)]))
}

const newestComplete = (platform: Platform, records: ReadonlyMap<string, Buffer>): Checkpoint => {
  const manifests = [...records].filter(([key]) => key.startsWith('manifest/')).map(([, value]) => platform.codec.decode('CheckpointManifest', value))
  for (const manifest of manifests.sort((a, b) => b.offset - a.offset)) {
    const pieces: Pieces = JSON.parse(manifest.pieces)
    if (Object.values(pieces).every((keys) => keys.every((key) => records.has(key)))) return assembled(platform, manifest, pieces, records)
  }
  return { ...none, keys: new Set(records.keys()) }
}

const assembled = (platform: Platform, manifest: CheckpointManifest, pieces: Pieces, records: ReadonlyMap<string, Buffer>): Checkpoint => {
  const textOf = (key: string): string => platform.codec.decode('CheckpointPiece', records.get(key) ?? Buffer.alloc(0)).state
  const { offset, epoch, owner, seq } = manifest
  return {
    position: { offset, epoch, owner, seq },
    positions: JSON.parse(manifest.positions),
    parts: Object.values(pieces).map((keys) => JSON.parse(keys.map(textOf).join('')) as Part),
    pieces,
    marks: JSON.parse(manifest.marks),
    keys: new Set(records.keys()),
  }
}
