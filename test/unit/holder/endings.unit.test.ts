import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Ending, makeEndings } from '../../../services/holder/endings.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const ending = (token: string): Ending => ({ token, outcome: 'succeeded', lines: null, reports: [] })

const tokens = (first: number, last: number): string[] => Array.from({ length: last - first + 1 }, (_, i) => `t${first + i}`)

/** Endings of so many attempts that began long ago; what left, lot by lot. */
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
  const begin = (begun: readonly string[]) => {
    running += begun.length
    for (const token of begun) endings.begun(token)
  }
  const end = (ended: readonly string[]) => {
    for (const token of ended) endings.add(ending(token))
  }
  /** Attempts that take so long each, one after the other, until such are usual. */
  const getUsedTo = (ms: number) => {
    for (const token of tokens(1000, 1030)) {
      begin([token])
      vi.advanceTimersByTime(ms)
      end([token])
    }
    lots.length = 0
  }
  return { endings, lots, begin, end, getUsedTo }
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

describe('short attempts that began as one lot', () => {
  it('end as one', () => {
    const { lots, begin, end, getUsedTo } = bench(3)
    getUsedTo(10)
    begin(tokens(1, 8))
    end(tokens(1, 3))
    vi.advanceTimersByTime(15)
    end(tokens(4, 7))
    vi.advanceTimersByTime(15)
    expect(lots).toEqual([])
    end(['t8'])
    expect(lots).toEqual([tokens(1, 8)])
  })

  it('wait 40 ms at most for the last', () => {
    const { lots, begin, end, getUsedTo } = bench(3)
    getUsedTo(10)
    begin(tokens(1, 8))
    end(tokens(1, 7))
    vi.advanceTimersByTime(39)
    expect(lots).toEqual([])
    vi.advanceTimersByTime(1)
    expect(lots).toEqual([tokens(1, 7)])
    end(['t8'])
    expect(lots).toEqual([tokens(1, 7), ['t8']])
  })

  it('are not waited for when they are few', () => {
    const { lots, begin, end, getUsedTo } = bench(3)
    getUsedTo(10)
    vi.advanceTimersByTime(100)
    begin(tokens(1, 4))
    end(['t1'])
    expect(lots).toEqual([['t1']])
  })

  it('are not waited for when attempts usually take longer', () => {
    const { lots, begin, end, getUsedTo } = bench(3)
    getUsedTo(30)
    begin(tokens(1, 8))
    vi.advanceTimersByTime(10)
    end(['t1'])
    expect(lots).toEqual([['t1']])
  })
})
