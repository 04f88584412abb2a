import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Logger, makeLog } from '../../../services/platform/log.ts'
import { untilAnswered } from '../../../services/platform/open-platform.ts'

describe('waiting for a server that is not up yet', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const collect = (): { lines: string[]; log: Logger } => {
    const lines: string[] = []
    return { lines, log: Object.assign(makeLog('test', 'silent'), { warn: (line: string) => lines.push(line) }) as unknown as Logger }
  }

  it('says nothing when it answers at once or soon', async () => {
    const { lines, log } = collect()
    await untilAnswered('Kafka', async () => true, log)
    let asked = 0
    const waiting = untilAnswered('Kafka', async () => ++asked > 2, log)
    await vi.advanceTimersByTimeAsync(700)
    await waiting
    expect(lines).toEqual([])
  })

  it('says every few seconds what it waits for, and ends when it answers', async () => {
    const { lines, log } = collect()
    let isUp = false
    const waiting = untilAnswered('Kafka at a:1 (KAFKA_BROKERS)', async () => isUp, log)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(lines.length).toBeGreaterThanOrEqual(2)
    expect(lines.length).toBeLessThanOrEqual(5)
    expect(lines[0]).toMatch(/^waiting for Kafka at a:1 \(KAFKA_BROKERS\): no answer for \d s$/)
    isUp = true
    await vi.advanceTimersByTimeAsync(500)
    await waiting
  })
})
