import { afterAll, beforeAll, test } from 'vitest'
import type { SchedulerStatus } from '../../../schemas/generated/records.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { collectRecords } from '../../support/collect.ts'
import { publishDag } from '../../support/send.ts'
import { openServiceStack, type ServiceStack } from '../../support/service-stack.ts'

const aheadMs = 10_000
let stack: ServiceStack
let scheduler: Service

beforeAll(async () => {
  stack = await openServiceStack(1)
})
afterAll(async () => {
  await scheduler?.stop()
  await stack?.close()
})

test("a scheduler whose clock is ahead of the broker's says so in its status", async () => {
  const { platform } = stack
  const { clock, codec, topic } = platform
  const beats = collectRecords()
  const subscription = await platform.bus.subscribe({
    topics: [topic('heartbeats')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => beats.note(...records),
    onFailed: (error) => {
      throw error
    },
  })
  const wrong = { ...platform, clock: { ...clock, now: () => clock.now() + aheadMs } }
  scheduler = await startScheduler(wrong, { group: 'scheduler', checkpointEvents: 1000, checkpointMs: 60_000 }, (error) => {
    throw error
  })
  await publishDag(platform, { dagId: 'abc', tasks: [{ taskId: 't', operator: 'bash', args: { command: 'true' } }] })
  const offMs = (value: Buffer | null): number => {
    const { body } = codec.decode('Heartbeat', value ?? Buffer.alloc(0))
    return body.type === 'SchedulerStatus' ? ((body as SchedulerStatus).clockOffMs ?? 0) : 0
  }
  await beats.until('a clock that is off', (seen) => seen.some(({ value }) => Math.abs(offMs(value) - aheadMs) < 5000))
  await subscription.close()
})
