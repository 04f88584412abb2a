/**
 * When a column's checkpoint is written, and what is deleted behind it, looked at once an hour: only what is 7 days old, stands in a complete checkpoint
 * and is told by the public feeds (what the projector stands on).
 */
import type { Column } from '../core/column-state.ts'
import { ensureError } from '../core/errors.ts'
import type { Event } from '../core/events.ts'
import type { Checkpoint } from '../platform/bus/checkpoint-reader.ts'
import { completeBefore, nothingPublished, readResumePoints } from '../platform/bus/feed-positions.ts'
import type { JournalPosition, Positions } from '../platform/bus/journal.ts'
import type { Platform } from '../platform/platform.ts'
import { makeCheckpointWriter } from './checkpoint-writer.ts'

const weekMs = 7 * 86_400_000
/** One an hour in a week. */
const marksKept = 168

/** From the configuration: after so many events, or so long after the last. */
export interface CheckpointPace {
  readonly checkpointEvents: number
  readonly checkpointMs: number
  /** Nothing younger is deleted: a week. */
  readonly retainMs?: number
}

export interface Checkpointing {
  folded(events: readonly Event[]): void
  isDue(): boolean
  write(column: Column, position: JournalPosition, positions: Positions): void
  stop(): void
}

export const makeCheckpointing = (platform: Platform, column: number, from: Checkpoint, pace: CheckpointPace): Checkpointing => {
  const retainMs = pace.retainMs ?? weekMs
  const writer = makeCheckpointWriter(platform, column, from, retainMs / marksKept)
  let writtenAt = platform.clock.now()
  let isWriting = false
  let isStopped = false

  const deleteOld = async (): Promise<void> => {
    const point = (await readResumePoints(platform, [column])).get(column) ?? nothingPublished
    writer.noteTold(completeBefore(point))
    const told = writer.reached()
    const mark = writer.markOlderThan(retainMs)
    if (!mark || isStopped) return
    // A checkpoint that is told stands at the journal's new beginning or behind it: whoever reads from there has the state before it.
    if (told !== null) await platform.bus.deleteRecords(platform.topic('journal'), column, Math.min(mark.journal, told))
    await platform.bus.deleteRecords(platform.topic('commands'), column, mark.commands)
    await platform.bus.deleteRecords(platform.topic('reports'), column, mark.reports)
  }

  return {
    folded(events) {
      for (const event of events) writer.changed(event)
    },
    isDue: () =>
      !isWriting && !isStopped && writer.pending() > 0 && (writer.pending() >= pace.checkpointEvents || platform.clock.now() - writtenAt >= pace.checkpointMs),
    write(state, position, positions) {
      isWriting = true
      writtenAt = platform.clock.now()
      writer
        .write(state, position, positions)
        .then(({ isMark }) => (isMark ? deleteOld() : undefined))
        .catch((error) => platform.log.warn({ column, err: ensureError(error) }, 'no checkpoint this time'))
        .finally(() => {
          isWriting = false
        })
    },
    stop() {
      isStopped = true
    },
  }
}
