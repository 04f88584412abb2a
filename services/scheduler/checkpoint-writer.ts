/**
 * Writes checkpoints of one column, always of what was read back from the journal, never of memory ahead of it (PROTOCOL C). Only parts that
 * changed are written again; a manifest names the pieces of every part and completes the checkpoint; then what no checkpoint needs is tombstoned.
 *
 * Three stand at a time: the newest, the one before it, and the oldest, which is one that the public feeds have reached: who stands behind the newest
 * (a feed that was away, or that was told to the middle of a moment) goes on from the newest that is not ahead of it. What an earlier owner left stands
 * until the feeds have reached one of this owner's own: the other may still delete up to any of them after we had looked. How far an owner knows the
 * feeds to be stands in its manifests, before it deletes by that (decisions/0004).
 */
import type { Column } from '../core/column-state.ts'
import type { Event } from '../core/events.ts'
import { partsChangedBy, partsOf } from '../core/snapshot.ts'
import { type Checkpoint, type Mark, manifestKey, type Retained } from '../platform/bus/checkpoint-reader.ts'
import type { JournalPosition, Positions } from '../platform/bus/journal.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'

/** Characters of a piece: under 900 kB whatever they are. */
const pieceLength = 280_000

export interface CheckpointWriter {
  /** An event was folded in: its parts have to be written next time. */
  changed(event: Event): void
  /** How many events were folded since the last checkpoint began. */
  pending(): number
  /** Writes one; resolves when it is complete on the topic, with whether it is a mark: one an hour is. */
  write(column: Column, position: JournalPosition, positions: Positions): Promise<{ readonly isMark: boolean }>
  /** The public feeds have told everything before this journal offset: what is not needed any more goes with the next write. */
  noteTold(offset: number): void
  /** Journal offset of the checkpoint that the feeds have reached, by what the manifests tell: the journal before it is not needed. Or null. */
  reached(): number | null
  /** The newest mark at least this old, by which the owner may delete. */
  markOlderThan(ms: number): Mark | null
}

export const makeCheckpointWriter = (
  platform: Platform,
  number: number,
  from: Pick<Checkpoint, 'pieces' | 'marks' | 'keys' | 'retained' | 'told'>,
  markEveryMs: number,
): CheckpointWriter => {
  const topic = platform.topic('checkpoints')
  let pieces: Record<string, readonly string[]> = { ...from.pieces }
  let standing = new Set(from.keys)
  let marks = [...from.marks]
  let retained: readonly Retained[] = from.retained
  let inherited: readonly Retained[] = from.retained
  let told = from.told
  /** What the last manifest says of it. */
  let published = from.told
  const dirty = new Set<string>()
  let pending = 0

  const best = (): Retained | undefined => retained.findLast(({ offset }) => offset <= published)

  const record = (key: string, value: Buffer | null): Outgoing => ({ topic, partition: number, key, value })

  return {
    changed(event) {
      pending++
      for (const part of partsChangedBy(event)) dirty.add(part)
    },
    pending: () => pending,
    async write(column, position, positions) {
      const { offset } = position
      const saying = told
      const parts = partsOf(column)
      const next: Record<string, readonly string[]> = {}
      const records: Outgoing[] = []
      for (const [name, part] of parts) {
        const kept = pieces[name]
        if (kept && name !== 'column' && !dirty.has(name)) {
          next[name] = kept
          continue
        }
        const keys: string[] = []
        for (const state of cut(JSON.stringify(part()))) {
          const key = `${offset}/${records.length}`
          keys.push(key)
          records.push(record(key, platform.codec.encode('CheckpointPiece', { offset, piece: records.length, state })))
        }
        next[name] = keys
      }
      dirty.clear()
      pending = 0
      const now = platform.clock.now()
      const isMark = now - (marks.at(-1)?.at ?? 0) >= markEveryMs
      if (isMark) marks.push({ at: now, journal: offset, commands: positions.commands ?? 0, reports: positions.reports ?? 0 })
      const manifest = record(
        manifestKey(offset),
        platform.codec.encode('CheckpointManifest', {
          ...position,
          positions: JSON.stringify(positions),
          pieces: JSON.stringify(next),
          marks: JSON.stringify(marks),
          told: saying,
          at: now,
        }),
      )
      // Pieces first, then the manifest that makes them count: an order that the bus keeps.
      await platform.bus.send([...records, manifest])
      published = saying
      const newest: Retained = { offset, keys: [manifestKey(offset), ...Object.values(next).flat()] }
      const reached = best()
      if (reached && !inherited.includes(reached)) inherited = []
      const before = retained.filter((one) => one.offset < offset && one.offset >= (reached?.offset ?? 0))
      retained = [...new Set([...inherited, ...before.slice(0, 1), ...before.slice(-1), newest])]
      const needed = new Set(retained.flatMap(({ keys }) => keys))
      const superseded = [...standing].filter((key) => !needed.has(key))
      pieces = next
      standing = needed
      await platform.bus.send(superseded.map((key) => record(key, null)))
      return { isMark }
    },
    noteTold(offset) {
      told = Math.max(told, offset)
    },
    reached: () => best()?.offset ?? null,
    markOlderThan(ms) {
      const limit = platform.clock.now() - ms
      const old = marks.filter((mark) => mark.at <= limit).at(-1) ?? null
      if (old) marks = marks.filter((mark) => mark.at >= old.at)
      return old
    },
  }
}

const cut = (text: string): string[] => {
  const cuts: string[] = []
  for (let i = 0; i < text.length; i += pieceLength) cuts.push(text.slice(i, i + pieceLength))
  return cuts
}
