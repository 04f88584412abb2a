import { expect, test } from 'vitest'
import type { Committed } from '../../../services/api/live/committed.ts'
import { makeLiveHub } from '../../../services/api/live/hub.ts'
import { watchMonitor } from '../../../services/api/live/watch-monitor.ts'
import type { MonitorMarks } from '../../../services/api/queries/monitor-marks.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

const settle = async (): Promise<void> => {
  for (let n = 0; n < 5; n++) await Promise.resolve()
}

const open = () => {
  const listeners = new Set<() => void>()
  const timers: (() => void)[] = []
  const committed: Committed = {
    has: () => true,
    isHeard: () => true,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    wait: async () => true,
    close: async () => {},
  }
  const clock = {
    now: () => 0,
    steady: () => 0,
    after: (_delayMs: number, callback: () => void) => {
      timers.push(callback)
      return () => void timers.splice(timers.indexOf(callback), 1)
    },
  }
  const world = { marks: { executor: 'a', workers: 'a', schedulers: 'a', dead_letters: '0' } as MonitorMarks, reads: 0, broken: false }
  const hub = makeLiveHub(committed, clock)
  const read = async () => {
    world.reads++
    if (world.broken) throw new Error('the database is away')
    return world.marks
  }
  const watch = watchMonitor({ read, hub, committed, clock, log: makeMemoryPlatform().log })
  const commit = async () => {
    for (const listener of listeners) listener()
    await settle()
  }
  const second = async () => {
    for (const timer of timers.splice(0)) timer()
    await settle()
  }
  const parts: string[] = []
  const listen = () =>
    hub.listen({
      onMessage: ({ message }) => message.event === 'monitor' && parts.push(message.data.part),
      onLag: () => {},
      onReset: () => {},
    })
  return { world, watch, commit, second, parts, listen }
}

test('nothing is read while nobody listens', async () => {
  const { world, commit } = open()
  await commit()
  expect(world.reads).toBe(0)
})

test('a part that changed is told once, at most once a second, also what came in between', async () => {
  const { world, commit, second, parts, listen } = open()
  listen()
  await commit()
  expect(parts.splice(0)).toEqual(['executor', 'workers', 'schedulers', 'dead_letters'])
  world.marks = { ...world.marks, executor: 'b' }
  await commit()
  await commit()
  expect([parts, world.reads]).toEqual([[], 1])
  await second()
  expect([parts.splice(0), world.reads]).toEqual([['executor'], 2])
  await second()
  await commit()
  expect([parts, world.reads]).toEqual([[], 3])
})

test('a database that is away is asked again with the next commit; a closed watch tells nothing', async () => {
  const { world, watch, commit, second, parts, listen } = open()
  listen()
  await commit()
  parts.length = 0
  Object.assign(world, { broken: true, marks: { ...world.marks, workers: 'b' } })
  await second()
  await commit()
  expect(parts).toEqual([])
  world.broken = false
  await commit()
  await second()
  expect(parts).toEqual(['workers'])
  watch.close()
  world.marks = { ...world.marks, workers: 'c' }
  await second()
  await commit()
  expect(parts).toEqual(['workers'])
})
