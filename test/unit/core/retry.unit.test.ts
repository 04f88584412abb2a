import { describe, expect, it } from 'vitest'
import { retryDelayMs } from '../../../services/core/retry.ts'

const hourMs = 3_600_000
const task = (retryDelayMs: number, retryBackoff = 0, maxRetryDelayMs: number | null = null) => ({ retryDelayMs, retryBackoff, maxRetryDelayMs })

describe('SEMANTICS 5: retry wait', () => {
  it('retryDelay as it is', () => {
    for (const tries of [1, 2, 9]) expect(retryDelayMs(task(1234), tries, 'x')).toBe(1234)
  })
  it('with backoff: base = max(1 s, ceil(retryDelay * m^(try-1))), the wait is at least base and under twice base', () => {
    for (const [delay, m, tries, base] of [
      [60_000, 2, 1, 60_000],
      [60_000, 2, 3, 240_000],
      [1500, 3, 2, 5000],
      [0, 2, 5, 1000],
    ] as const) {
      const wait = retryDelayMs(task(delay, m), tries, 'dag/task/date')
      expect(wait).toBeGreaterThanOrEqual(base)
      expect(wait).toBeLessThan(2 * base)
    }
  })
  it('the same attempt always waits the same, others differ', () => {
    expect(retryDelayMs(task(60_000, 2), 2, 'a')).toBe(retryDelayMs(task(60_000, 2), 2, 'a'))
    expect(new Set(['a', 'b', 'c', 'd'].map((id) => retryDelayMs(task(60_000, 2), 2, id))).size).toBeGreaterThan(1)
  })
  it('at most maxRetryDelay, and at most 24 h, however many tries', () => {
    expect(retryDelayMs(task(60_000, 2, 90_000), 8, 'x')).toBe(90_000)
    expect(retryDelayMs(task(60_000, 2), 5000, 'x')).toBe(24 * hourMs)
    expect(retryDelayMs(task(48 * hourMs), 1, 'x')).toBe(24 * hourMs)
  })
})
