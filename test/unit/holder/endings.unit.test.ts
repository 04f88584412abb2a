import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Ending, makeEndings } from '../../../services/holder/endings.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const ending = (token: string): Ending => ({ token, outcome: 'succeeded', lines: null, reports: [] })

/** Endings of so many attempts; what left, lot by lot. */
const bench = (attempts: number) => {
  const lots: string[][] = []
  let running = attempts
  const endings = makeEndings({
    clock: makeMemoryPlatform().clock,
    running: () => running,
    send: (lot) => {
      lots.push(lot.map(({ token }) => token))
      running -= lot.length
    },
  })
  return { endings, lots }
}

it('tells one that ends alone at once', () => {
  const { endings, lots } = bench(2)
  endings.add(ending('a'))
  expect(lots).toEqual([['a']])
})

it('lets those that follow each other closely leave together', () => {
  const { endings, lots } = bench(9)
  for (const token of ['a', 'b', 'c']) endings.add(ending(token))
  expect(lots).toEqual([['a']])
  vi.advanceTimersByTime(7)
  endings.add(ending('d'))
  expect(lots).toEqual([['a']])
  vi.advanceTimersByTime(1)
  expect(lots).toEqual([['a'], ['b', 'c', 'd']])
})

it('waits for nobody when nothing else runs', () => {
  const { endings, lots } = bench(3)
  for (const token of ['a', 'b', 'c']) endings.add(ending(token))
  expect(lots).toEqual([['a'], ['b', 'c']])
  vi.runAllTimers()
  expect(lots).toHaveLength(2)
})

it('tells those that are far apart one by one', () => {
  const { endings, lots } = bench(9)
  for (const token of ['a', 'b', 'c']) {
    endings.add(ending(token))
    vi.advanceTimersByTime(50)
  }
  expect(lots).toEqual([['a'], ['b'], ['c']])
})
