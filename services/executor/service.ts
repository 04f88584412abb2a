/** The executor: two subscriptions (who leads; and all it reads), the pure part, and the loop between them. */
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
  const loop = runLoop(here, executor, makeIntake(here, executor), makeOutlet(here, newId(), config.kind), config.tickMs, onFailed)
  const leadership = topic('leadership')
  const reading = await bus.subscribe({
    topics: [topic('journal'), topic('heartbeats'), topic('settings'), leadership],
    assignment: { kind: 'all' },
    start: () => 'beginning',
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
