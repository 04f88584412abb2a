import { expect, test } from 'vitest'
import type { Committed } from '../../../services/api/live/committed.ts'
import { type LiveListener, makeLiveHub } from '../../../services/api/live/hub.ts'
import { importErrorMessage, makeTaskMessages } from '../../../services/api/live/live-messages.ts'
import { taskEvent } from '../../support/public-events.ts'

const makeWorld = () => {
  const next = new Map<string, number>()
  const listeners = new Set<() => void>()
  const timers: (() => void)[] = []
  const world = { now: 10_000, heard: true }
  const committed: Committed = {
    has: (topic, partition, offset) => (next.get(`${topic}/${partition}`) ?? 0) > offset,
    isHeard: () => world.heard,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    wait: async () => false,
    close: async () => {},
  }
  const clock = {
    now: () => world.now,
    steady: () => world.now,
    after: (_delayMs: number, callback: () => void) => {
      timers.push(callback)
      return () => void timers.splice(timers.indexOf(callback), 1)
    },
  }
  const commit = (place: string, offset: number): void => {
    next.set(place, offset)
    for (const listener of listeners) listener()
  }
  const tick = (): void => {
    for (const timer of timers.splice(0)) timer()
  }
  return { world, hub: makeLiveHub(committed, clock), commit, tick }
}

const listener = () => {
  const seen: string[] = []
  const it: LiveListener = {
    onMessage: ({ id, message }) => seen.push(`${id} ${message.event === 'import_error' ? message.data.filename : ''}`),
    onLag: (lag) => seen.push(`lag ${lag}`),
    onReset: () => seen.push('reset'),
  }
  return { seen, it }
}
const place = (partition: number, offset: number, at = 10_000) => ({ topic: 'task-events', partition, offset, at })
const message = (name: string) => importErrorMessage(name, null)

test('a message waits for its commit, in the order of its partition', () => {
  const { hub, commit } = makeWorld()
  const { seen, it } = listener()
  hub.listen(it)
  hub.offer(place(0, 0), message('a'))
  hub.offer(place(0, 1), message('b'))
  hub.offer(place(1, 0), message('c'))
  expect(seen).toEqual([])
  commit('task-events/1', 1)
  commit('task-events/0', 1)
  commit('task-events/0', 2)
  hub.offer(place(0, 1), message('late'))
  expect(seen).toEqual(['1 c', '2 a', '3 b', '4 late'])
})

test('resuming gives what came after, or nothing that could be wrong', () => {
  const { hub, commit } = makeWorld()
  commit('task-events/0', 1e9)
  for (let i = 0; i < 12_000; i++) hub.offer(place(0, i), message(String(i)))
  expect(hub.since(11_998)?.map(({ id }) => id)).toEqual([11_999, 12_000])
  expect(hub.since(12_000)).toEqual([])
  expect(hub.since(12_001)).toBeNull()
  expect(hub.since(3)).toBeNull()
})

test('the lag is told when it changes, and that it is over', () => {
  const { hub, commit, tick, world } = makeWorld()
  const { seen, it } = listener()
  hub.listen(it)
  hub.offer(place(0, 0), null)
  tick()
  expect(seen).toEqual([])
  world.now = 13_000
  tick()
  world.heard = false
  tick()
  world.heard = true
  commit('task-events/0', 1)
  tick()
  expect(seen).toEqual(['lag 3', 'lag null', 'lag 0'])
})

test('after far too much that was not shown, everybody fetches again', () => {
  const { hub } = makeWorld()
  const { seen, it } = listener()
  hub.listen(it)
  const before = hub.newestId()
  for (let i = 0; i <= 50_000; i++) hub.offer(place(0, i), message('x'))
  expect(seen).toEqual(['reset'])
  expect(hub.since(before)).toBeNull()
})

test('a task message carries the start of its own try', () => {
  const event = (n: number, state: string, tryNumber: number) => taskEvent({ n, at: n * 1000, state, tryNumber })
  const toMessage = makeTaskMessages()
  const dates = [
    event(1, 'queued', 1),
    event(2, 'running', 1),
    event(3, 'up_for_retry', 1),
    event(4, 'queued', 2),
    event(5, 'running', 2),
    event(6, 'success', 2),
    event(7, 'none', 2),
  ].map((one) => {
    const { data } = toMessage(one) as { data: { start_date: string | null; end_date: string | null; state: string | null } }
    return [data.state, data.start_date?.slice(17, 19) ?? null, data.end_date?.slice(17, 19) ?? null]
  })
  expect(dates).toEqual([
    ['queued', null, null],
    ['running', '02', null],
    ['up_for_retry', '02', '03'],
    ['queued', null, null],
    ['running', '05', null],
    ['success', '05', '06'],
    [null, null, null],
  ])
})
