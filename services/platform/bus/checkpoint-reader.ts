/**
 * Reads the newest complete checkpoint of columns (PROTOCOL C): highest offset wins, and only the pieces of a complete manifest count. For every
 * reader of the journal; what the parts mean is known to core/snapshot alone.
 */
import type { CheckpointManifest } from '../../../schemas/generated/records.ts'
import type { OnFailed, Platform } from '../platform.ts'
import { type JournalPosition, journalStart, type Positions } from './journal.ts'
import type { Incoming } from './port.ts'
import { subscribeAndCatchUp } from './read-to-end.ts'

/** Part name -> keys of its pieces, in order. */
export type Pieces = Readonly<Record<string, readonly string[]>>
/** Where things stood at a moment: what may be deleted once it is 7 days old. */
export interface Mark {
  readonly at: number
  readonly journal: number
  readonly commands: number
  readonly reports: number
}

/** A complete checkpoint on the topic: the offset it stands for, and the keys that make it. */
export interface Retained {
  readonly offset: number
  readonly keys: readonly string[]
}

export interface Checkpoint {
  readonly position: JournalPosition
  readonly positions: Positions
  /** `Part[]` of core/snapshot; empty: the column as it was before anything happened. */
  readonly parts: readonly unknown[]
  readonly pieces: Pieces
  readonly marks: readonly Mark[]
  /** Everything before this journal offset is told by the public feeds, as far as any owner saw; what stands before it may be deleted. */
  readonly told: number
  /** Every key that stands on the topic for the column: what a newer checkpoint does not need is tombstoned. */
  readonly keys: ReadonlySet<string>
  /** Every complete checkpoint that stands there and that the journal goes on from, oldest first. */
  readonly retained: readonly Retained[]
  /** Why nobody may go on from it, and what to do; null: the journal holds all that follows it. */
  readonly lost: string | null
}

const none: Checkpoint = { position: journalStart, positions: {}, parts: [], pieces: {}, marks: [], told: -1, keys: new Set(), retained: [], lost: null }
const attempts = 5

type AtMost = (column: number, told: number) => number

/**
 * One checkpoint a column: the newest, or the newest that ends at `atMost` or before, which is given how far owners saw the feeds (`told`). A journal
 * that begins behind it means that a newer one was written meanwhile: it is read again.
 */
export const readCheckpoints = async (
  platform: Platform,
  columns: readonly number[],
  onFailed: OnFailed,
  atMost: AtMost = () => Number.POSITIVE_INFINITY,
): Promise<ReadonlyMap<number, Checkpoint>> => {
  const found = new Map<number, Checkpoint>()
  for (let attempt = 1, wanted = columns; wanted.length > 0 && attempt <= attempts; attempt++) {
    const read = await readOnce(platform, wanted, onFailed, atMost)
    const journal = await platform.bus.offsets(platform.topic('journal'))
    for (const [column, checkpoint] of read) {
      // Behind one from before the journal's beginning nothing follows: an owner that kept it for the feeds would drop the one that they need.
      const low = journal.partitions[column]?.low ?? 0
      const retained = checkpoint.retained.filter(({ offset }) => offset >= low)
      found.set(column, { ...checkpoint, retained, lost: whyLost(column, checkpoint, journal.partitions[column]) })
    }
    wanted = wanted.filter((column) => found.get(column)?.lost !== null)
  }
  return found
}

const whyLost = (column: number, { position: { offset } }: Checkpoint, journal: { readonly low: number; readonly high: number } | undefined): string | null => {
  const { low, high } = journal ?? { low: 0, high: 0 }
  if (low <= offset && offset <= high) return null
  const how =
    low > offset
      ? `its newest checkpoint ends at journal offset ${offset}, but the journal begins at ${low}: the decisions between are gone`
      : `its newest checkpoint ends at journal offset ${offset}, but the journal ends at ${high}: its topic was cut or made anew`
  return `${how}. Restore the topic from a backup, or give up what is lost with \`millrace repair --column ${column}\``
}

const readOnce = async (platform: Platform, columns: readonly number[], onFailed: OnFailed, atMost: AtMost): Promise<Map<number, Checkpoint>> => {
  const topic = platform.topic('checkpoints')
  const texts = new Map<number, Map<string, Buffer>>(columns.map((column) => [column, new Map()]))
  const take = (record: Incoming): void => {
    const column = texts.get(record.partition)
    if (!column || record.key === null) return
    if (record.value) column.set(record.key, record.value)
    else column.delete(record.key)
  }
  const { partitions } = await platform.bus.offsets(topic)
  // A consumer takes its time to join: a new installation has nothing to read.
  if (partitions.some(({ partition, low, high }) => low < high && texts.has(partition))) {
    const { subscription, caughtUp } = await subscribeAndCatchUp(platform.bus, {
      topics: [topic],
      assignment: { kind: 'only', partitions: { [topic]: columns } },
      start: () => 'beginning',
      onRecords: (records) => records.forEach(take),
      onFailed,
    })
    await caughtUp
    await subscription.close()
  }
  return new Map([...texts].map(([column, records]) => [column, newestComplete(platform, records, (told) => atMost(column, told))]))
}

interface Complete {
  readonly manifest: CheckpointManifest
  readonly pieces: Pieces
}

const newestComplete = (platform: Platform, records: ReadonlyMap<string, Buffer>, atMost: (told: number) => number): Checkpoint => {
  const complete: Complete[] = []
  let told = -1
  for (const [key, value] of records) {
    if (!key.startsWith('manifest/')) continue
    const manifest = platform.codec.decode('CheckpointManifest', value)
    const pieces: Pieces = JSON.parse(manifest.pieces)
    told = Math.max(told, manifest.told)
    if (Object.values(pieces).every((keys) => keys.every((piece) => records.has(piece)))) complete.push({ manifest, pieces })
  }
  complete.sort((a, b) => a.manifest.offset - b.manifest.offset)
  const retained = complete.map(({ manifest, pieces }) => ({ offset: manifest.offset, keys: [manifestKey(manifest.offset), ...Object.values(pieces).flat()] }))
  const common = { keys: new Set(records.keys()), retained, told }
  const limit = atMost(told)
  const best = complete.findLast(({ manifest }) => manifest.offset <= limit)
  return best ? { ...assembled(platform, best, records), ...common } : { ...none, ...common }
}

export const manifestKey = (offset: number): string => `manifest/${offset}`

const assembled = (platform: Platform, { manifest, pieces }: Complete, records: ReadonlyMap<string, Buffer>): Checkpoint => {
  const textOf = (key: string): string => platform.codec.decode('CheckpointPiece', records.get(key) ?? Buffer.alloc(0)).state
  const { offset, epoch, owner, seq } = manifest
  return {
    ...none,
    position: { offset, epoch, owner, seq },
    positions: JSON.parse(manifest.positions),
    parts: Object.values(pieces).map((keys) => JSON.parse(keys.map(textOf).join(''))),
    pieces,
    marks: JSON.parse(manifest.marks),
  }
}
