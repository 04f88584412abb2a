import type { Cluster, TopicOffsets } from 'kafkajs'
import { MillraceError } from '../../../core/errors.ts'
import type { SubscribeOptions, TopicState } from '../port.ts'

type Asked = Parameters<Cluster['fetchTopicsOffset']>[0]

/**
 * Where each partition is read next. kafkajs asks the broker for a first offset of each partition that has no committed one, at each (re-)join
 * and after an offset that is out of range; we never commit, so that question is the one place to answer with our own positions, and to
 * notice a lost one that kafkajs would silently reset.
 */
export interface Positions {
  /** Answers kafkajs' question with our positions. */
  attach(cluster: Cluster): void
  next(topic: string, partition: number): number
  moved(topic: string, partition: number, next: number): void
  /** Forgets the partitions that are no longer assigned: `start` is asked anew when they come back. */
  assigned(assignment: Readonly<Record<string, readonly number[]>>): void
}

const keyOf = (topic: string, partition: number): string => `${topic}/${partition}`

export const makePositions = (
  options: Pick<SubscribeOptions, 'assignment' | 'start'>,
  endsAtSubscribe: ReadonlyMap<string, TopicState>,
  onFailed: (error: Error) => void,
): Positions => {
  const positions = new Map<string, number>()
  let assignments = 0

  /** The first assignment begins at the ends of when `subscribe` was called; a column that comes later at its end of then; a partition made later is read whole. */
  const endOf = (topic: string, partition: number, low: number, high: number): number =>
    options.assignment.kind === 'columns' && assignments > 1
      ? high
      : Math.max(low, endsAtSubscribe.get(topic)?.partitions.find((p) => p.partition === partition)?.high ?? low)

  const resolve = (topic: string, partition: number, low: number, high: number): number => {
    const key = keyOf(topic, partition)
    const known = positions.get(key)
    const start = known ?? options.start(topic, partition)
    const next = start === 'beginning' ? low : start === 'end' ? endOf(topic, partition, low, high) : start
    if (next < low || next > high || !Number.isSafeInteger(next))
      throw new MillraceError(
        'position_lost',
        `${key}: position ${next} is outside of ${low}..${high}: records between were deleted, or the topic was made anew`,
      )
    positions.set(key, next)
    return next
  }

  return {
    attach(cluster) {
      const ask = cluster.fetchTopicsOffset.bind(cluster)
      cluster.fetchTopicsOffset = async (asked: Asked): Promise<TopicOffsets[]> => {
        const lows = await ask(asked.map(({ topic, partitions }) => ({ topic, partitions, fromBeginning: true })))
        const highs = await ask(asked.map(({ topic, partitions }) => ({ topic, partitions, fromBeginning: false })))
        const highOf = new Map(highs.flatMap(({ topic, partitions }) => partitions.map((p) => [keyOf(topic, p.partition), Number(p.offset)])))
        try {
          return lows.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions.map(({ partition, offset }) => {
              const low = Number(offset)
              return { partition, offset: String(resolve(topic, partition, low, highOf.get(keyOf(topic, partition)) ?? low)) }
            }),
          }))
        } catch (thrown) {
          onFailed(thrown as Error)
          throw Object.assign(thrown as Error, { retriable: false }) // kafkajs' word: it stops the consumer
        }
      }
    },
    next: (topic, partition) => positions.get(keyOf(topic, partition)) ?? 0,
    moved: (topic, partition, next) => {
      positions.set(keyOf(topic, partition), next)
    },
    assigned(assignment) {
      assignments++
      const kept = new Set(Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map((partition) => keyOf(topic, partition))))
      for (const key of positions.keys()) if (!kept.has(key)) positions.delete(key)
    },
  }
}
