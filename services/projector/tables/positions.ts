import { MillraceError } from '../../core/errors.ts'
import type { Bus } from '../../platform/bus/port.ts'
import type { Logger } from '../../platform/log.ts'
import type { Session } from '../../platform/store/session.ts'
import { type ProjectedTopic, projectedTopics } from './projected-topics.ts'

/** `<topic>/<partition>` (without the prefix) -> next offset to apply. */
export type Positions = ReadonlyMap<string, number>

interface PositionRow {
  readonly topic: string
  readonly partition: number
  readonly next_offset: number
}

/** Where the tables stand, held against what the topics hold. Throws `position_lost` when the topics are not those the tables were made from. */
export const readPositions = async (session: Session, bus: Bus, topicName: (name: ProjectedTopic) => string, log: Logger): Promise<Map<string, number>> => {
  const rows = await session.query<PositionRow>({ text: 'SELECT topic, partition, next_offset FROM projection.position' })
  const stored = new Map(rows.map((row) => [`${row.topic}/${row.partition}`, row.next_offset]))
  const positions = new Map<string, number>()
  for (const name of projectedTopics) {
    const { partitions } = await bus.offsets(topicName(name))
    for (const { partition, low, high } of partitions) {
      const place = `${name}/${partition}`
      const position = stored.get(place)
      if (position !== undefined && position > high)
        throw new MillraceError(
          'position_lost',
          `the tables are made from ${topicName(name)}/${partition} up to offset ${position}, but it ends at ${high}: the topics were made anew, or this is another cluster. Use the database that belongs to it, or drop schema projection and table account.migration to build the tables again`,
        )
      if (position !== undefined && position < low && name !== 'heartbeats')
        log.warn(
          { topic: name, partition, position, low },
          `records ${position} to ${low - 1} of ${name}/${partition} were deleted by age before the tables had them; going on from ${low}`,
        )
      positions.set(place, Math.max(position ?? low, low))
    }
  }
  await session.query({
    text: `INSERT INTO projection.position (topic, partition, next_offset) SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
    values: columnsOf(positions),
  })
  return positions
}

/** Locks the positions of these partitions and throws when another writer moved them (a projector that was taken for dead, PROTOCOL "Feeds"). */
export const lockPositions = async (session: Session, expected: Positions): Promise<void> => {
  const [topics, partitions, offsets] = columnsOf(expected)
  const rows = await session.query<PositionRow>({
    name: 'lock positions',
    text: `SELECT p.topic, p.partition, p.next_offset FROM projection.position p JOIN unnest($1::text[], $2::int[]) AS k(topic, partition) ON p.topic = k.topic AND p.partition = k.partition
ORDER BY p.topic, p.partition FOR UPDATE OF p`,
    values: [topics, partitions],
  })
  const stored = new Map(rows.map((row) => [`${row.topic}/${row.partition}`, row.next_offset]))
  for (const [place, offset] of expected)
    if (stored.get(place) !== offset)
      throw new PositionsMoved(
        `position of ${place} is ${stored.get(place)}, not ${offset}: another projector writes the tables; starting again from where it is (offsets ${offsets?.join(', ')})`,
      )
}

/** Not an error of the data: this writer begins again from the stored positions. */
export class PositionsMoved extends Error {}

export const movePositions = async (session: Session, positions: Positions): Promise<void> => {
  await session.query({
    name: 'move positions',
    text: `UPDATE projection.position p SET next_offset = k.next_offset FROM unnest($1::text[], $2::int[], $3::bigint[]) AS k(topic, partition, next_offset)
WHERE p.topic = k.topic AND p.partition = k.partition`,
    values: columnsOf(positions),
  })
}

const columnsOf = (positions: Positions): [string[], number[], number[]] => {
  const places = [...positions.keys()].map((place) => ({
    topic: place.slice(0, place.lastIndexOf('/')),
    partition: Number(place.slice(place.lastIndexOf('/') + 1)),
  }))
  return [places.map((place) => place.topic), places.map((place) => place.partition), [...positions.values()]]
}
