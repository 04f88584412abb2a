import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeWatchdog } from '../../../services/platform/bus/kafka/watchdog.ts'
import { makeLog } from '../../../services/platform/log.ts'

describe('the watchdog', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const setUp = (brokerAnswers: () => boolean) => {
    const stuck: string[] = []
    const watchdog = makeWatchdog(async () => brokerAnswers(), makeLog('test', 'silent'))
    return { stuck, watchdog, watched: watchdog.watch({ name: 'subscription x', silentMs: 30_000, onStuck: (error) => stuck.push(error.message) }) }
  }

  it('leaves a consumer alone that fetches', async () => {
    const { stuck, watched } = setUp(() => true)
    for (let i = 0; i < 20; i++) {
      await vi.advanceTimersByTimeAsync(10_000)
      watched.fetched()
    }
    expect(stuck).toEqual([])
  })

  it('reports, once, one that is silent for twice its time although the broker answers', async () => {
    const { stuck } = setUp(() => true)
    await vi.advanceTimersByTimeAsync(50_000)
    expect(stuck).toEqual([])
    await vi.advanceTimersByTimeAsync(200_000)
    expect(stuck).toEqual([expect.stringMatching(/subscription x: nothing was fetched for 60 s/)])
  })

  it('takes silence for an outage while the broker does not answer, and gives it its time afterwards', async () => {
    let isUp = false
    const { stuck, watched } = setUp(() => isUp)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(stuck).toEqual([])
    isUp = true
    await vi.advanceTimersByTimeAsync(20_000)
    watched.fetched()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(stuck).toEqual([])
  })

  it('forgets who is gone', async () => {
    const { stuck, watched, watchdog } = setUp(() => true)
    watched.unwatch()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(stuck).toEqual([])
    watchdog.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
