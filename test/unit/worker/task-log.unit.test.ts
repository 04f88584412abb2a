import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { LogChunk, LogLine } from '../../../schemas/generated/records.ts'
import { openTaskLog } from '../../../services/holder/task-log.ts'
import type { Outgoing } from '../../../services/platform/bus/port.ts'
import { attemptOf, taskOf } from '../../int/worker/fake-executor.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const line = (text: string): LogLine => ({ at: 1, stream: 'out', level: 'info', text })

/** A log whose sends are acknowledged by hand. */
const bench = (maxLogBytes = 1_000_000_000) => {
  const memory = makeMemoryPlatform()
  const sent: LogChunk[] = []
  const acks: (() => void)[] = []
  const pressure: boolean[] = []
  const read = (record: Outgoing | undefined): LogChunk => memory.codec.decode('LogChunk', record?.value ?? Buffer.alloc(0))
  const platform = {
    ...memory,
    bus: {
      ...memory.bus,
      send: (records: readonly Outgoing[]) => {
        for (const record of records) sent.push(read(record))
        return new Promise<[]>((resolve) => acks.push(() => resolve([])))
      },
    },
  }
  const log = openTaskLog({
    platform,
    command: { type: 'RunAttempt', ...attemptOf(taskOf({ operator: 'empty' }), { token: 'tok' }) },
    logicalDate: 7,
    maxLogBytes,
    onPressure: (high) => pressure.push(high),
    onSendFailed: (error) => {
      throw error
    },
  })
  return { log, sent, acks, pressure, close: () => read(log.close() as Outgoing) }
}

it('sends a batch after 50 ms or at 200 lines, numbered, and the rest as the last chunk', () => {
  const { log, sent, close } = bench()
  log.write(line('a'))
  expect(sent).toHaveLength(0)
  vi.advanceTimersByTime(50)
  expect(sent).toMatchObject([{ dagId: 'd', runId: 'r', taskId: 't', token: 'tok', logicalDate: 7, seq: 0, lines: [line('a')], last: false }])
  for (let i = 0; i < 201; i++) log.write(line(String(i)))
  expect(sent[1]).toMatchObject({ seq: 1, last: false })
  expect(sent[1]?.lines).toHaveLength(200)
  expect(close()).toMatchObject({ seq: 201, lines: [line('200')], last: true })
  vi.advanceTimersByTime(1000)
  expect(sent).toHaveLength(2)
})

it('has no chunk at all when nothing was written', () => {
  expect(bench().log.close()).toBeNull()
})

it('keeps chunks well under the size of a message', () => {
  const { log, sent, close } = bench()
  for (let i = 0; i < 100; i++) log.write(line('x'.repeat(16_000)))
  const chunks = [...sent, close()]
  expect(chunks.flatMap(({ lines }) => lines)).toHaveLength(100)
  for (const { lines } of chunks) expect(lines.length * 16_000).toBeLessThan(420_000)
})

it('holds the task back while 2 MB are not acknowledged, and lets it go on below', async () => {
  const { log, acks, pressure } = bench()
  for (let i = 0; i < 200; i++) log.write(line('x'.repeat(16_000)))
  expect(pressure).toEqual([true])
  for (const ack of acks) ack()
  await vi.advanceTimersByTimeAsync(0)
  expect(pressure).toEqual([true, false])
})

it('cuts at the limit, keeps what the worker itself says, and counts what was cut', () => {
  const { log, close } = bench(1000)
  for (let i = 0; i < 100; i++) log.write(line('x'.repeat(76)))
  log.system('error', 'killed')
  const { lines } = close()
  expect(lines).toHaveLength(12)
  expect(lines[10]).toMatchObject({ stream: 'system', level: 'error', text: 'killed' })
  expect(lines[11]?.text).toContain('90 lines (6840 bytes) after the first 1000 bytes')
})
