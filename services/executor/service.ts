/** The executor: two subscriptions (who leads; and all it reads), the pure part, and the loop between them. */
import { type Checkpoint, readCheckpoints } from '../platform/bus/checkpoint-reader.ts'
import { journalStart } from '../platform/bus/journal.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import type { ExecutorConfig } from './config.ts'
import { makeExecutor } from './executor.ts'
import { makeIntake } from './intake.ts'
import { runLoop } from './loop.ts'
import { makeOutlet } from './outlet.ts'

/** Starts a candidate; one of all that run leads. */
export const startExecutor = async (platform: Platform, config: ExecutorConfig, onFailed: OnFailed): Promise<Service> => {
  const here: Platform = { ...platform, log: platform.log.child({ service: 'executor' }) }
  const { bus, topic, columns, newId } = here
  const { leaseMs, resendMs, restMs } = config
  const executor = makeExecutor({ columns, leaseMs, resendMs, restMs, limit: config.kind === 'sequential' ? 1 : Number.POSITIVE_INFINITY, newId })
  const checkpoints = await usableCheckpoints(here, onFailed)
  const loop = runLoop(here, executor, makeIntake(here, executor, checkpoints), makeOutlet(here, newId(), config.kind), config.tickMs, onFailed)
  const leadership = topic('leadership')
  const reading = await bus.subscribe({
    topics: [topic('journal'), topic('heartbeats'), topic('settings'), leadership],
    assignment: { kind: 'all' },
    start: (name, partition) => (name === topic('journal') ? (checkpoints.get(partition)?.position.offset ?? 'beginning') : 'beginning'),
    onRecords: loop.records,
    onFailed,
  })
  // Only for the assignment: claims are read above, by a deposed leader as well.
  const candidacy = await bus.subscribe({
    topics: [leadership],
    assignment: { kind: 'columns', group: leadership.replace(/leadership$/, config.group), columnTopics: [leadership] },
    start: () => 'end',
    onRecords: () => undefined,
    onAssigned: loop.assigned,
    onFailed,
    pace: 'fast',
  })
  return {
    name: 'executor',
    async stop() {
      await Promise.all([candidacy.close(), reading.close()])
      await loop.stop()
    },
  }
}

/** The newest of each column. One that is lost is left alone, without state and from its journal's end on: its repair starts us again. */
const usableCheckpoints = async (platform: Platform, onFailed: OnFailed): Promise<ReadonlyMap<number, Checkpoint>> => {
  const { bus, log, topic, columns } = platform
  const found = await readCheckpoints(platform, [...Array(columns).keys()], onFailed)
  if (![...found.values()].some(({ lost }) => lost !== null)) return found
  const ends = await bus.offsets(topic('journal'))
  return new Map(
    [...found].map(([column, checkpoint]) => {
      if (checkpoint.lost === null) return [column, checkpoint]
      log.error({ column }, `nothing of column ${column} is run, the others go on: ${checkpoint.lost}`)
      const offset = ends.partitions[column]?.high ?? 0
      return [column, { ...checkpoint, parts: [], position: { ...journalStart, offset } }]
    }),
  )
}
