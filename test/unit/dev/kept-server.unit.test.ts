import { expect, test } from 'vitest'
import { nextRestartDelayMs } from '../../../services/dev/kept-server.ts'

test('a server that dies again and again is started ever later, at most every 10 s', () => {
  const waits: number[] = []
  for (let i = 0, wait: number | undefined; i < 7; i++) {
    wait = nextRestartDelayMs(wait, 1000)
    waits.push(wait)
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
})

test('one that ran well for a while is started at once again', () => {
  expect(nextRestartDelayMs(8000, 31_000)).toBe(500)
})
