import { expect, it } from 'vitest'
import { makeParseQueue } from '../../../services/parser/parse-queue.ts'
import type { Clock } from '../../../services/platform/clock.ts'

/** A clock that stands until it is told to go on. */
const makeClock = (): Clock & { pass(): void } => {
  const timers = new Set<() => void>()
  return {
    now: () => 0,
    steady: () => 0,
    after: (_delayMs, callback) => {
      timers.add(callback)
      return () => timers.delete(callback)
    },
    pass: () => {
      for (const timer of [...timers]) {
        timers.delete(timer)
        timer()
      }
    },
  }
}

const open = (parallelism = 2) => {
  const clock = makeClock()
  const log: string[] = []
  const ends = new Map<string, () => void>()
  const failed: string[] = []
  const queue = makeParseQueue({
    clock,
    parallelism,
    settleMs: 100,
    work: (name) => {
      log.push(name)
      if (name === 'bad') return Promise.reject(new Error('bad'))
      return new Promise((resolve) => ends.set(name, resolve))
    },
    whenEmpty: async () => void log.push('empty'),
    onFailed: (error) => failed.push(error.message),
  })
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.()
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  return { clock, log, failed, queue, end }
}

it('reads a name once it is at rest, a few at a time, and says when there are none', async () => {
  const { clock, log, queue, end } = open()
  for (const name of ['a', 'a', 'b', 'c']) queue.add(name)
  expect(log).toEqual([])
  clock.pass()
  expect(log).toEqual(['a', 'b'])
  await end('a')
  expect(log).toEqual(['a', 'b', 'c'])
  await end('b')
  await end('c')
  await queue.idle()
  expect(log).toEqual(['a', 'b', 'c', 'empty'])
})

it('reads again what changed while it was read, never twice at the same time', async () => {
  const { clock, log, queue, end } = open()
  queue.add('a')
  clock.pass()
  queue.add('a')
  clock.pass()
  expect(log).toEqual(['a'])
  await end('a')
  expect(log).toEqual(['a', 'a'])
  await end('a')
  await queue.idle()
})

it('goes on after a failure, which it tells', async () => {
  const { clock, log, failed, queue } = open()
  queue.add('bad')
  clock.pass()
  await queue.idle()
  expect(failed).toEqual(['bad'])
  expect(log).toEqual(['bad', 'empty'])
})

it('waits for what is under way when it is closed', async () => {
  const { clock, log, queue, end } = open(1)
  queue.add('a')
  queue.add('b')
  clock.pass()
  let closed = false
  const closing = queue.close().then(() => {
    closed = true
  })
  await Promise.resolve()
  expect(closed).toBe(false)
  await end('a')
  await closing
  expect(log).toEqual(['a'])
})
