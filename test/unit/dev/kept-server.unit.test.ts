import { expect, test } from 'vitest'
import { nextRestartDelayMs } from '../../../services/dev/kept-server.ts'

test('a server that dies again and again is started ever later, at most every 10 s', () => {
  const waits: number[] = []
  for (let i = 0, wait: number | undefined; i < 9; i++) {
    wait = nextRestartDelayMs(wait, 1000)
    waits.push(wait)
  }
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
})

test('one that ran well for a while is started at once again', () => {
  expect(nextRestartDelayMs(6400, 31_000)).toBe(100)
})
