import { afterEach, expect, test } from 'vitest'
import { type FakeWorker, openWorker } from '../../int/executor/executor-world.ts'
import { type JournalTruth, openJournalTruth } from '../../support/journal-truth.ts'
import { type MemoryInstallation, makeMemoryInstallation } from '../../support/memory-installation.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'

const dagId = 'abc'
const chain = Array.from({ length: 12 }, (_, i) => ({ taskId: `t${i}`, operator: 'bash', args: { command: 'true' }, upstream: i === 0 ? [] : [`t${i - 1}`] }))

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const open = async (): Promise<{ world: MemoryInstallation; truth: JournalTruth; worker: FakeWorker }> => {
  const world = makeMemoryInstallation()
  const truth = await openJournalTruth(world.main)
  closers.push(() => truth.close())
  const worker = await openWorker(world.main, 'worker-1')
  closers.push(() => worker.leave())
  closers.push(() => world.stop())
  await world.start()
  await publishDag(world.main, { dagId, tasks: chain })
  await unpause(world.main, dagId)
  return { world, truth, worker }
}

const trigger = (world: MemoryInstallation, runId: string) => sendCommand(world.main, { dagId, kind: 'trigger_run', runId })
const has = (worker: FakeWorker, runId: string, taskId: string) =>
  worker.started.until(`${taskId} of ${runId}`, (seen) => seen.some((attempt) => attempt.runId === runId && attempt.taskId === taskId))
const isRun = (runId: string, state: string) => (truth: JournalTruth) => truth.run(dagId, runId)?.state === state

/** The first half of run `half`, one by one. */
const runHalf = async (world: MemoryInstallation, worker: FakeWorker): Promise<void> => {
  await trigger(world, 'half')
  for (let i = 0; i < 6; i++) {
    await has(worker, 'half', `t${i}`)
    await worker.finish(`t${i}`)
  }
  await has(worker, 'half', 't6')
}

const feedsAreComplete = (world: MemoryInstallation, truth: JournalTruth): boolean => {
  const { task, run } = world.feeds()
  const numbers = (events: readonly { readonly n: number }[] | undefined): string => (events ?? []).map(({ n }) => n).join()
  const wanted = new Map<string, number[]>()
  for (const entry of truth.entries.flat())
    for (const event of entry.kind === 'decided' ? entry.events : []) {
      if (event.type !== 'TaskStateChanged' && event.type !== 'RunCreated' && event.type !== 'RunStateChanged') continue
      const key = event.type === 'TaskStateChanged' ? `${event.dagId}/${event.runId}/${event.taskId}/-1` : `${event.dagId}/${event.runId}`
      wanted.set(key, [...(wanted.get(key) ?? []), event.n])
    }
  return [...wanted].every(([key, ns]) => numbers(task.get(key) ?? run.get(key)) === ns.join())
}

test('a journal that begins at a checkpoint: scheduler, executor and feeds go on from there, nothing is dispatched twice, nothing is left untold', async () => {
  const { world, truth, worker } = await open()
  await trigger(world, 'before')
  await has(worker, 'before', 't0')
  await runHalf(world, worker)
  await world.stop()
  const told = (await world.toldCheckpoint()) ?? 0
  expect(told).toBeGreaterThan(4)
  await world.main.bus.deleteRecords(world.main.topic('journal'), 0, told)

  await world.start()
  await worker.finishAll()
  await truth.until('both runs', (t) => isRun('half', 'success')(t) && isRun('before', 'success')(t))
  expect(new Set(worker.started.seen.map(({ token }) => token)).size).toBe(worker.started.seen.length)
  expect(worker.started.seen.length).toBe(2 * chain.length)
  expect([...(truth.run(dagId, 'half')?.tasks.values() ?? [])].every(({ tryNumber }) => tryNumber === 1)).toBe(true)
  await expect.poll(() => feedsAreComplete(world, truth)).toBe(true)
  expect(world.failures).toEqual([])
})

test('feeds that were away while the scheduler went on, and wrote and dropped checkpoints, leave nothing out', async () => {
  const { world, truth, worker } = await open()
  await runHalf(world, worker)
  await expect.poll(() => feedsAreComplete(world, truth)).toBe(true)
  await world.stop('feeds')
  await trigger(world, 'after')
  await worker.finishAll()
  await truth.until('the runs', (t) => isRun('half', 'success')(t) && isRun('after', 'success')(t))
  const told = (await world.toldCheckpoint()) ?? 0
  expect(told).toBeGreaterThan(0)
  await world.main.bus.deleteRecords(world.main.topic('journal'), 0, told)
  await world.start('feeds')
  await expect.poll(() => feedsAreComplete(world, truth)).toBe(true)
  expect(world.failures).toEqual([])
})
