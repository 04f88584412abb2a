/** A column that the group takes away and gives back while it is still being restored (found by the simulator: two owners of one process ended each other for ever). */
import { afterEach, expect, it } from 'vitest'
import { makeMemoryBroker } from '../../../services/platform/bus/memory/memory-broker.ts'
import type { SubscribeOptions, Subscription } from '../../../services/platform/bus/port.ts'
import type { Platform } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { openJournalTruth } from '../../support/journal-truth.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'
import { publishDag, sendCommand } from '../../support/send.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

it('has one owner, and nobody reads for the others', async () => {
  const broker = makeMemoryBroker()
  const outside = makeMemoryPlatform({ broker, name: 'outside', columns: 1 })
  const inside = makeMemoryPlatform({ broker, name: 'scheduler', columns: 1 })
  let assign: (columns: readonly number[]) => void = () => undefined
  let free: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    free = resolve
  })
  let reading = 0
  const subscribe = async (options: SubscribeOptions): Promise<Subscription> => {
    if (options.assignment.kind === 'columns') {
      assign = options.onAssigned ?? assign
      return inside.bus.subscribe({ ...options, onAssigned: () => undefined })
    }
    const subscription = await inside.bus.subscribe(options)
    reading++
    return {
      async close() {
        reading--
        await subscription.close()
      },
    }
  }
  const offsets: typeof inside.bus.offsets = async (topic) => {
    if (topic === inside.topic('checkpoints') && assigned) await held
    return inside.bus.offsets(topic)
  }
  let assigned = false
  const platform: Platform = { ...inside, bus: { ...inside.bus, subscribe, offsets } }
  const truth = await openJournalTruth(outside)
  closers.push(() => truth.close())
  await publishDag(outside, { dagId: 'abc', tasks: [{ taskId: 't', operator: 'empty', args: {} }], pausedUponCreation: false })
  const service = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 20_000, checkpointMs: 60_000 }, (error) => {
    throw error
  })
  closers.push(() => service.stop())
  assigned = true
  for (const columns of [[0], [], [0], [], [0]]) assign(columns)
  free()
  await sendCommand(outside, { dagId: 'abc', kind: 'trigger_run', runId: 'r1' })
  await truth.until('the run', (t) => t.run('abc', 'r1')?.state === 'success')
  await sendCommand(outside, { dagId: 'abc', kind: 'trigger_run', runId: 'r2' })
  await truth.until('another run', (t) => t.run('abc', 'r2')?.state === 'success')
  expect(truth.entries[0]?.filter(({ kind }) => kind === 'acquired')).toHaveLength(1)
  expect(reading).toBe(2) // the journal, and what is asked of the column
  assign([])
  await expect.poll(() => reading).toBe(0)
})
