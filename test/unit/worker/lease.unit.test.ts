import { expect, it } from 'vitest'
import { openLease } from '../../../services/holder/lease.ts'

/** A clock whose timers stand still while `nowMs` goes on, as in a suspended machine or a stopped process. */
const bench = () => {
  let nowMs = 1000
  const timers = new Map<() => void, number>()
  const renewed: number[] = []
  let over = 0
  const lease = openLease({
    clock: {
      now: () => nowMs,
      steady: () => nowMs,
      after: (delayMs, callback) => {
        timers.set(callback, nowMs + delayMs)
        return () => timers.delete(callback)
      },
    },
    leaseMs: 3500,
    nowMs: () => nowMs,
    onRenewed: (deadlineMs) => renewed.push(deadlineMs),
    onOver: () => over++,
  })
  return {
    lease,
    renewed,
    over: () => over,
    pause: (ms: number) => {
      nowMs += ms
    },
    advance: (ms: number) => {
      nowMs += ms
      for (const [callback, at] of [...timers])
        if (at <= nowMs) {
          timers.delete(callback)
          callback()
        }
    },
    timers,
  }
}

it('M: lasts 3.5 s from the send of the last acknowledged heartbeat, not from its acknowledgement', () => {
  const { lease, renewed, over, advance } = bench()
  advance(2000)
  expect(lease.renew(1000)).toBe(true)
  expect(renewed).toEqual([4500])
  advance(1300)
  expect(over()).toBe(0)
  advance(200)
  expect(over()).toBe(1)
  expect(lease.isOver()).toBe(true)
})

it('M: is found over after a pause before anything else happens, and an acknowledgement that comes late does not bring it back', () => {
  const { lease, renewed, over, pause } = bench()
  lease.renew(1000)
  pause(15_000)
  expect(lease.renew(15_900)).toBe(false)
  expect(over()).toBe(1)
  expect(lease.isOver()).toBe(true)
  expect(renewed).toEqual([4500])
})

it('M: is over at once when the first acknowledgement took too long', () => {
  const { lease, renewed, over, advance } = bench()
  advance(4000)
  expect(lease.renew(1000)).toBe(false)
  expect([over(), renewed]).toEqual([1, []])
})

it('an older acknowledgement does not shorten it, and each renewal moves the end', () => {
  const { lease, renewed, over, advance } = bench()
  lease.renew(1000)
  advance(1000)
  lease.renew(2000)
  lease.renew(1500)
  expect(renewed).toEqual([4500, 5500, 5500])
  advance(3300)
  expect(over()).toBe(0)
})

it('ends quietly when it is stopped', () => {
  const { lease, over, advance, timers } = bench()
  lease.renew(1000)
  lease.stop()
  advance(10_000)
  expect([over(), timers.size]).toEqual([0, 0])
})
