import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MillraceError } from '../../../services/core/errors.ts'
import { type Logger, makeLog } from '../../../services/platform/log.ts'
import { untilAnswered } from '../../../services/platform/open-platform.ts'
import { untilReachable } from '../../../services/platform/until-reachable.ts'

const collect = (): { lines: string[]; log: Logger } => {
  const lines: string[] = []
  return { lines, log: Object.assign(makeLog('test', 'silent'), { warn: (line: string) => lines.push(line) }) as unknown as Logger }
}

describe('waiting for a server that is not up yet', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

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

describe('a call that needs a server', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const failing = (error: Error, times: number) => {
    let calls = 0
    return async () => {
      if (++calls <= times) throw error
      return calls
    }
  }
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

  it.each([
    ['registry', new MillraceError('registry_unreachable', 'the schema registry answers 500')],
    ['database', new MillraceError('database_unreachable', 'Postgres does not answer', { cause: refused })],
  ])('is made again while its %s is away', async (_, error) => {
    const { lines, log } = collect()
    const called = untilReachable(failing(error, 12), log)
    await vi.advanceTimersByTimeAsync(12 * 300)
    expect(await called).toBe(13)
    expect(lines).toEqual([`waiting: ${error.message}`, `waiting: ${error.message}`])
  })

  it.each([
    ['the password is wrong', new MillraceError('database_unreachable', 'Postgres does not answer', { cause: Object.assign(new Error(), { code: '28P01' }) })],
    ['a schema is missing', new MillraceError('unknown_schema', 'run the migration step first')],
    ['it is no error of ours', new TypeError('x is not a function')],
  ])('fails at once when %s', async (_, error) => {
    const { lines, log } = collect()
    await expect(untilReachable(failing(error, 1), log)).rejects.toBe(error)
    expect(lines).toEqual([])
  })
})
