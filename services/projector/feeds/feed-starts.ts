/**
 * From where in the journal each column's feeds go on. Nothing may be left out that they have not told, so they start from the newest checkpoint that is
 * not ahead of them (the column's owner keeps one), or from the journal's beginning. Their light map is that checkpoint's.
 */
import type { Part } from '../../core/snapshot.ts'
import { type Checkpoint, readCheckpoints } from '../../platform/bus/checkpoint-reader.ts'
import { completeBefore, nothingPublished, type ResumePoint, readResumePoints } from '../../platform/bus/feed-positions.ts'
import { type JournalPosition, journalStart } from '../../platform/bus/journal.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'
import type { FeedOrigin } from './column-feed.ts'
import { emptyLightMap, lightMapFrom } from './light-map.ts'

export interface FeedStart extends FeedOrigin {
  readonly resume: ResumePoint
  /** Everything from journal records before it is published. */
  readonly complete: number
}

interface Origin extends JournalPosition {
  readonly parts: readonly unknown[]
  readonly isLost: boolean
}

export const feedStarts = async (platform: Platform, columns: readonly number[], onFailed: OnFailed): Promise<ReadonlyMap<number, FeedStart>> => {
  const points = await readResumePoints(platform, columns)
  const found = await readCheckpoints(platform, columns, onFailed, (column, told) => completeBefore(notBefore(told, points.get(column))))
  const behind = columns.filter((column) => found.get(column)?.lost)
  const oldest = behind.length > 0 ? await readOldest(platform, behind, found, onFailed) : new Map<number, Origin>()
  return new Map(
    columns.map((column) => {
      const { position, parts } = found.get(column) ?? { position: journalStart, parts: [] }
      const from = oldest.get(column)
      const resume = notBefore(found.get(column)?.told ?? -1, points.get(column))
      const start = from ?? { ...position, parts, isLost: false }
      const { offset, epoch, owner, seq, isLost } = start
      const map = start.parts.length > 0 ? lightMapFrom(start.parts as readonly Part[]) : emptyLightMap()
      return [column, { resume, complete: Math.max(completeBefore(resume), 0), position: { offset, epoch, owner, seq }, map, isLost }]
    }),
  )
}

/**
 * A publisher that was silent for long told old events once more: the feeds are where an owner saw them all the same. Feeds that have nothing (their
 * topics were made anew) are told all that there is.
 */
const notBefore = (told: number, point = nothingPublished): ResumePoint =>
  completeBefore(point) < 0
    ? point
    : {
        'task-events': Math.max(told, point['task-events']),
        'run-events': Math.max(told, point['run-events']),
        'dataset-events': Math.max(told, point['dataset-events']),
      }

/** The journal begins behind what the feeds have told (their topics were made anew, or somebody deleted it): they go on from the first state there is. */
const readOldest = async (
  platform: Platform,
  columns: readonly number[],
  found: ReadonlyMap<number, Checkpoint>,
  onFailed: OnFailed,
): Promise<ReadonlyMap<number, Origin>> => {
  const { partitions } = await platform.bus.offsets(platform.topic('journal'))
  const first = (column: number): number => {
    const { low, high } = partitions[column] ?? { low: 0, high: 0 }
    return found.get(column)?.retained.find(({ offset }) => low <= offset && offset <= high)?.offset ?? -1
  }
  const read = await readCheckpoints(platform, columns, onFailed, first)
  return new Map(
    columns.map((column) => {
      const { position, parts, lost } = read.get(column) ?? { position: journalStart, parts: [], lost: null }
      const end = partitions[column]?.high ?? 0
      const start = lost === null ? { ...position, parts, isLost: false } : { ...journalStart, offset: end, parts: [], isLost: true }
      platform.log.error({ column }, `the feeds of column ${column} leave out what the journal does not hold any more: they go on from offset ${start.offset}`)
      return [column, start]
    }),
  )
}
