/** What stops columns: records that are gone before the column decided about them, found as the column itself would find it. */
import { ensureError, MillraceError } from '../../core/errors.ts'
import { type Checkpoint, readCheckpoints } from '../../platform/bus/checkpoint-reader.ts'
import { makeJournalReader, type Positions } from '../../platform/bus/journal.ts'
import { subscribeAndCatchUp } from '../../platform/bus/read-to-end.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'
import { datasetEnds, type InputEnds, type LostInput, lostInputs } from '../lost-inputs.ts'

/** `input` may be `journal`, too. */
export type Lost = LostInput

export interface Damage {
  readonly column: number
  readonly checkpoint: Checkpoint
  /** Where the column stands by all that can be read. */
  readonly positions: Positions
  /** Time of its newest decision. */
  readonly at: number
  readonly lost: readonly Lost[]
}

/** The columns that cannot go on, of these. */
export const findDamage = async (platform: Platform, columns: readonly number[], onFailed: OnFailed): Promise<readonly Damage[]> => {
  const { bus, topic } = platform
  const checkpoints = await readCheckpoints(platform, columns, onFailed)
  const whole = columns.filter((column) => checkpoints.get(column)?.lost === null)
  const tails = await readTails(platform, checkpoints, whole, onFailed)
  const [journal, commands, reports, datasets] = await Promise.all([
    bus.offsets(topic('journal')),
    bus.offsets(topic('commands')),
    bus.offsets(topic('reports')),
    bus.offsets(topic('dataset-events')),
  ])
  const none = { low: 0, high: 0 }
  return columns.flatMap((column) => {
    const checkpoint = checkpoints.get(column)
    if (!checkpoint) return []
    const { positions, at } = tails.get(column) ?? { positions: checkpoint.positions, at: 0 }
    const own = { commands: commands.partitions[column] ?? none, reports: reports.partitions[column] ?? none }
    const ends: InputEnds = { ...own, ...datasetEnds(datasets) }
    const gap: Lost[] = checkpoint.lost === null ? [] : [{ input: 'journal', from: checkpoint.position.offset, to: (journal.partitions[column] ?? none).high }]
    const lost = [...gap, ...lostInputs(positions, ends)]
    return lost.length === 0 ? [] : [{ column, checkpoint, positions, at, lost }]
  })
}

interface Tail {
  positions: Positions
  at: number
}

const readTails = async (
  platform: Platform,
  checkpoints: ReadonlyMap<number, Checkpoint>,
  columns: readonly number[],
  onFailed: OnFailed,
): Promise<ReadonlyMap<number, Tail>> => {
  const journal = platform.topic('journal')
  const readers = new Map(columns.map((column) => [column, makeJournalReader(platform.codec, checkpoints.get(column)?.position)]))
  const tails = new Map<number, Tail>(columns.map((column) => [column, { positions: checkpoints.get(column)?.positions ?? {}, at: 0 }]))
  if (columns.length === 0) return tails
  const { subscription, caughtUp } = await subscribeAndCatchUp(platform.bus, {
    topics: [journal],
    assignment: { kind: 'only', partitions: { [journal]: columns } },
    start: (_topic, column) => checkpoints.get(column)?.position.offset ?? 'beginning',
    onRecords(records) {
      for (const record of records) {
        const tail = tails.get(record.partition)
        const entry = tail && readEntry(() => readers.get(record.partition)?.read(record))
        if (!tail || entry?.kind !== 'decided') continue
        tail.positions = entry.positions
        tail.at = entry.at
      }
    },
    onFailed,
  })
  await caughtUp
  await subscription.close()
  return tails
}

/** A payload that nobody can read is no damage: the column leaves it out. */
const readEntry = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch (thrown) {
    const error = ensureError(thrown)
    if (error instanceof MillraceError && error.code === 'undecodable') return null
    throw error
  }
}

/** The damage in words, a line for each gap. */
export const damageLines = ({ column, checkpoint, lost }: Damage): readonly string[] =>
  lost.map(({ input, from, to }) => {
    if (input !== 'journal') return `column ${column}: ${input} ${from} to ${Math.max(to, from) - 1} were never decided about and are gone; it goes on at ${to}`
    const size =
      checkpoint.parts.length === 0 ? 'no checkpoint: the column begins anew, without DAGs and runs' : `the checkpoint at ${checkpoint.position.offset}`
    return `column ${column}: journal records from ${from} to ${to} do not follow on its checkpoint; it goes back to ${size}, and everything decided since is forgotten`
  })
