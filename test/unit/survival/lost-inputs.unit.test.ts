import { afterEach, expect, test } from 'vitest'
import type { Heartbeat, SchedulerStatus } from '../../../schemas/generated/records.ts'
import { columnOf } from '../../../services/core/column.ts'
import { damageLines, findDamage } from '../../../services/scheduler/repair/damage.ts'
import { repairColumn } from '../../../services/scheduler/repair/repair-column.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { openJournalTruth } from '../../support/journal-truth.ts'
import { type MemoryInstallation, makeMemoryInstallation } from '../../support/memory-installation.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'
import { robotWorker } from '../../support/robot-worker.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'
import { until } from '../../support/until.ts'

const columns = 2
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})
const fail = (error: Error): never => {
  throw error
}

/** Two DAGs in two columns; a run of each was made, and the scheduler stopped. */
const open = async () => {
  const world = makeMemoryInstallation({ columns, checkpointEvents: 1 })
  const { main } = world
  const truth = await openJournalTruth(main, robotWorker(main))
  closers.push(() => truth.close())
  closers.push(() => world.stop())
  const ids = Array.from({ length: 20 }, (_, i) => `dag${i}`)
  const dagIds = [0, 1].map((column) => ids.find((id) => columnOf(id, columns) === column) as string)
  await world.start('scheduler')
  for (const dagId of dagIds) {
    await publishDag(main, { dagId, tasks: [{ taskId: 't', operator: 'bash', args: { command: 'true' } }] })
    await truth.until('the DAG', (t) => t.columns[columnOf(dagId, columns)]?.dags.has(dagId))
    await unpause(main, dagId)
    await run(world, dagId, 'first')
    await truth.until(`a run of ${dagId}`, (t) => t.run(dagId, 'first')?.state === 'success')
  }
  return { world, main, truth, dagIds: dagIds as [string, string] }
}

const run = (world: MemoryInstallation, dagId: string, runId: string) => sendCommand(world.main, { dagId, kind: 'trigger_run', runId })

const newestStatus = ({ main }: MemoryInstallation): SchedulerStatus | undefined =>
  (main.broker.topic(main.topic('heartbeats')).partitions[0]?.read(0, 10_000) ?? [])
    .flatMap(({ value }): readonly Heartbeat['body'][] => (value ? [main.codec.decode('Heartbeat', value).body] : []))
    .findLast((body) => body.type === 'SchedulerStatus')

test('commands that are gone before they were decided about stop their column and say so; repair skips them and nothing else', async () => {
  const { world, main, truth, dagIds } = await open()
  const [dagId, other] = dagIds
  await world.stop('scheduler')
  await run(world, dagId, 'lost')
  const { high } = (await main.bus.offsets(main.topic('commands'))).partitions[0] ?? { high: 0 }
  await main.bus.deleteRecords(main.topic('commands'), 0, high)
  await run(world, dagId, 'second')
  await run(world, other, 'second')

  await world.start('scheduler')
  await truth.until('the other column', (t) => t.run(other, 'second')?.state === 'success')
  await expect.poll(() => newestStatus(world)?.stopped).toMatchObject([{ column: 0, reason: expect.stringContaining('millrace repair --column 0') }])
  expect(truth.run(dagId, 'second')).toBeUndefined()

  const damage = await findDamage(main, [0, 1], fail)
  expect(damage.flatMap(damageLines)).toEqual([`column 0: commands ${high - 1} to ${high - 1} were never decided about and are gone; it goes on at ${high}`])
  for (const one of damage) await repairColumn(main, one, fail)
  await truth.until('what stood behind the gap', (t) => t.run(dagId, 'second')?.state === 'success')
  expect(truth.run(dagId, 'lost')).toBeUndefined()
  expect(truth.entries[0]?.flatMap((e) => (e.kind === 'decided' ? e.events : [])).filter((e) => e.type === 'InputsLost')).toMatchObject([
    { input: 'commands', to: high },
  ])
  await expect.poll(() => newestStatus(world)?.stopped).toEqual([])
  expect(await findDamage(main, [0, 1], fail)).toEqual([])
  expect(world.failures).toEqual([])
})

test('a journal that begins behind the checkpoint stops the column; repair goes back to the checkpoint, and commands since are decided again', async () => {
  const { world, main, truth, dagIds } = await open()
  const [dagId, other] = dagIds
  await run(world, dagId, 'second')
  await truth.until('a second run', (t) => t.run(dagId, 'second')?.state === 'success')
  await world.stop()
  const { high } = (await main.bus.offsets(main.topic('journal'))).partitions[0] ?? { high: 0 }
  await main.bus.send([
    { topic: main.topic('journal'), partition: 0, key: 'x', value: null, headers: { kind: 'decided', epoch: '-7', owner: 'zombie', seq: '1' } },
  ])
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve))) // the truth reads it first
  await main.bus.deleteRecords(main.topic('journal'), 0, high + 1)

  await world.start()
  await run(world, other, 'second')
  await truth.until('the other column', (t) => t.run(other, 'second')?.state === 'success')
  await expect.poll(() => newestStatus(world)?.stopped).toMatchObject([{ column: 0, reason: expect.stringContaining('the journal begins at') }])
  for (const one of await findDamage(main, [0, 1], fail)) await repairColumn(main, one, fail)
  await run(world, dagId, 'third')
  await truth.until('a run after the repair', (t) => t.run(dagId, 'third')?.state === 'success')
  expect(await findDamage(main, [0, 1], fail)).toEqual([])
  // Executor and feeds had nothing of that column: they begin anew.
  expect([...new Set(world.failures.map(({ message }) => message))]).toEqual([
    'column 0 was repaired and went back to its checkpoint: starting again from there',
  ])
})

test('a scheduler refuses topics with other partitions than it has columns', async () => {
  const { main } = await open()
  const wrong = makeMemoryPlatform({ broker: main.broker, name: 'wrong', columns: 3 })
  await expect(startScheduler(wrong, { group: 's', checkpointEvents: 1, checkpointMs: 1000 }, fail)).rejects.toMatchObject({
    code: 'topic_mismatch',
    message: expect.stringContaining('test.commands has 2 partitions'),
  })
})

test('a journal that cannot be true stops its column alone, not the scheduler', async () => {
  const { world, main, truth, dagIds } = await open()
  const [dagId, other] = dagIds
  const column = columnOf(dagId, columns)
  const log = main.broker.topic(main.topic('journal')).partitions[column]
  const last = log?.read(log.high - 1, 1)[0]
  const headers = { ...last?.headers, seq: String(Number(last?.headers.seq) + 5) }
  await truth.close() // it would not read on
  await main.bus.send([{ topic: main.topic('journal'), partition: column, key: dagId, value: last?.value ?? null, headers }])
  await until('it is shown', async () => newestStatus(world)?.stopped.some((one) => one.column === column) === true)
  expect(newestStatus(world)?.stopped[0]?.reason).toContain('records are missing')
  await run(world, other, 'second')
  const others = main.broker.topic(main.topic('journal')).partitions[columnOf(other, columns)]
  const events = () => (others?.read(0, 100) ?? []).flatMap(({ value }) => (value ? main.codec.decode('Decision', value).events : []))
  await until('the other column', async () => events().some((event) => event.type === 'RunCreated' && event.runId === 'second'))
  expect(world.failures).toEqual([])
})
