/** Scheduler, executor and feeds as they are, on the memory bus: an installation whose processes a test stops and starts. */
import type { RunEvent, TaskEvent } from '../../schemas/generated/records.ts'
import { startExecutor } from '../../services/executor/service.ts'
import { readCheckpoints } from '../../services/platform/bus/checkpoint-reader.ts'
import { completeBefore, nothingPublished, readResumePoints } from '../../services/platform/bus/feed-positions.ts'
import type { Clock } from '../../services/platform/clock.ts'
import { startFeeds } from '../../services/projector/feeds/start-feeds.ts'
import { startScheduler } from '../../services/scheduler/service.ts'
import { type MemoryPlatform, makeMemoryPlatform } from './memory-platform.ts'

const serviceNames = ['scheduler', 'executor', 'feeds'] as const
type ServiceName = (typeof serviceNames)[number]

export interface MemoryInstallation {
  readonly main: MemoryPlatform
  /** What ended a service. */
  readonly failures: Error[]
  start(...names: readonly ServiceName[]): Promise<void>
  /** In order, as a process ends. */
  stop(...names: readonly ServiceName[]): Promise<void>
  /** Journal offset of the newest checkpoint of column 0 that the feeds have told; null: none. */
  toldCheckpoint(): Promise<number | null>
  /** Public events by key, in order, each number once. */
  feeds(): { readonly task: ReadonlyMap<string, readonly TaskEvent[]>; readonly run: ReadonlyMap<string, readonly RunEvent[]> }
}

export const makeMemoryInstallation = (
  options: { readonly clock?: Clock; readonly checkpointEvents?: number; readonly columns?: number } = {},
): MemoryInstallation => {
  const { columns = 1, checkpointEvents = 5, clock } = options
  const main = makeMemoryPlatform({ name: 'main', columns, ...(clock ? { clock } : {}) })
  const failures: Error[] = []
  const fail = (error: Error): void => void failures.push(error)
  const running = new Map<ServiceName, () => Promise<void>>()
  let life = 0

  const starts: Readonly<Record<ServiceName, (platform: MemoryPlatform) => Promise<{ stop(): Promise<void> }>>> = {
    scheduler: (platform) => startScheduler(platform, { group: 'scheduler', checkpointEvents, checkpointMs: 60_000 }, fail),
    executor: (platform) => startExecutor(platform, { kind: 'kafka', group: 'executor', leaseMs: 60_000, resendMs: 200, restMs: 20, tickMs: 10 }, fail),
    feeds: (platform) => startFeeds(platform, fail),
  }

  const numbered = <T extends { readonly n: number }>(topic: 'task-events' | 'run-events', record: 'TaskEvent' | 'RunEvent'): Map<string, T[]> => {
    const events = new Map<string, T[]>()
    for (const { low, high, read } of main.broker.topic(main.topic(topic)).partitions)
      for (const { key, value } of read(low, high)) {
        if (key === null || value === null) continue
        const event = main.codec.decode(record, value) as unknown as T
        const known = events.get(key) ?? []
        if (event.n > (known.at(-1)?.n ?? -1)) known.push(event)
        events.set(key, known)
      }
    return events
  }

  return {
    main,
    failures,
    async start(...names) {
      life++
      for (const name of names.length > 0 ? names : serviceNames) {
        const platform = makeMemoryPlatform({ broker: main.broker, name: `${name}-${life}`, columns, ...(clock ? { clock } : {}) })
        const service = await starts[name](platform)
        running.set(name, () => service.stop())
      }
    },
    async stop(...names) {
      for (const name of names.length > 0 ? names : serviceNames) {
        await running.get(name)?.()
        running.delete(name)
      }
    },
    async toldCheckpoint() {
      const point = (await readResumePoints(main, [0])).get(0) ?? nothingPublished
      const found = (await readCheckpoints(main, [0], fail)).get(0)
      return found?.retained.findLast(({ offset }) => offset <= completeBefore(point))?.offset ?? null
    },
    feeds: () => ({ task: numbered<TaskEvent>('task-events', 'TaskEvent'), run: numbered<RunEvent>('run-events', 'RunEvent') }),
  }
}
