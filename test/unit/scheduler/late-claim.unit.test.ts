/** PROTOCOL A: a late copy of an owner's own claim (a request that was sent again, and then landed after all) begins another epoch, too. */
import { afterEach, expect, it } from 'vitest'
import { makeMemoryBroker, type Step } from '../../../services/platform/bus/memory/memory-broker.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { openJournalTruth } from '../../support/journal-truth.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'
import { publishDag, sendCommand } from '../../support/send.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

it('an owner whose claim is copied behind it decides again what the copy made void', async () => {
  const appends: Step[] = []
  const schedule = (step: Step): void => {
    if (step.kind === 'append' && step.bus === 'scheduler') {
      appends.push(step)
      // The claim lands once more just before the first decision, which is then of a former epoch.
      if (appends.length === 2) queueMicrotask(() => appends[0]?.run())
    }
    if (step.kind === 'records') setImmediate(step.run)
    else queueMicrotask(step.run)
  }
  const broker = makeMemoryBroker({ schedule })
  const outside = makeMemoryPlatform({ broker, name: 'outside', columns: 1 })
  const platform = makeMemoryPlatform({ broker, name: 'scheduler', columns: 1 })
  const truth = await openJournalTruth(outside)
  closers.push(() => truth.close())
  await publishDag(outside, { dagId: 'abc', tasks: [{ taskId: 't', operator: 'empty', args: {} }], pausedUponCreation: false })
  await sendCommand(outside, { dagId: 'abc', kind: 'trigger_run', runId: 'r1' })
  const service = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 20_000, checkpointMs: 60_000 }, (error) => {
    throw error
  })
  closers.push(() => service.stop())
  await truth.until('the run', (t) => t.run('abc', 'r1')?.state === 'success')
  const epochs = truth.entries[0]?.filter(({ kind }) => kind === 'acquired').length
  expect(epochs).toBeGreaterThanOrEqual(3)
})
