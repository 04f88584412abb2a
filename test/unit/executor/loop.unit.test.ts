import { expect, test } from 'vitest'
import type { Executor } from '../../../services/executor/executor.ts'
import { runLoop } from '../../../services/executor/loop.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

const second = 1000

test('M: leases go by the steady clock: a wall clock that is set forward twice within 5 s, or back, takes nothing from them', async () => {
  const time = { wall: Date.UTC(2026, 0, 1), steady: 40 * second }
  let tick: () => void = () => undefined
  const clock = {
    now: () => time.wall,
    steady: () => time.steady,
    after: (_delayMs: number, callback: () => void) => {
      tick = callback
      return () => undefined
    },
  }
  const told: number[] = []
  const executor = { time: (now: number) => void told.push(now), step: () => [] } as Partial<Executor> as Executor
  const outlet = { records: () => null }
  const loop = runLoop(
    makeMemoryPlatform({ clock }),
    executor,
    () => undefined,
    outlet,
    250,
    (error) => expect.unreachable(error.message),
  )
  const pass = async (steadyMs: number, wallMs: number): Promise<void> => {
    time.steady += steadyMs
    time.wall += wallMs
    tick()
    await new Promise(setImmediate)
  }
  await pass(second, second)
  await pass(second, 8 * 86_400 * second)
  await pass(second, 2 * second)
  await pass(second, -86_400 * second)
  await pass(9 * second, 9 * second) // a pause is a pause: rule J keeps it from costing anybody's lease
  await loop.stop()
  expect(told).toEqual([41, 42, 43, 44, 53].map((seconds) => seconds * second))
})
