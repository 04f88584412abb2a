/** A journal record that nobody can read (PROTOCOL, "Column and journal"): the runs it is about are quarantined, everything else goes on. */
import { afterEach, expect, test } from 'vitest'
import type { Bus } from '../../../services/platform/bus/port.ts'
import type { Platform } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { openJournalTruth } from '../../support/journal-truth.ts'
import { makeMemoryInstallation } from '../../support/memory-installation.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'
import { robotWorker } from '../../support/robot-worker.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'
import { until } from '../../support/until.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const chain = (dagId: string) => ({
  dagId,
  tasks: ['a', 'b', 'c'].map((taskId, i, all) => ({ taskId, operator: 'bash', args: { command: 'true' }, upstream: i === 0 ? [] : [all[i - 1]] })),
})

/** Its next decision about `run` is spoiled on its way. */
const spoiling = (platform: Platform, run: string) => {
  const one = { armed: false }
  const send: Bus['send'] = (records) =>
    platform.bus.send(
      records.map((record) => {
        if (!one.armed || record.headers?.kind !== 'decided' || !record.headers.about?.split('\n').includes(run)) return record
        one.armed = false
        return { ...record, value: Buffer.from('no decision') }
      }),
    )
  return { one, platform: { ...platform, bus: { ...platform.bus, send } } }
}

test('its runs fail by that reason and can be cleared; other runs, feeds and executor go on', async () => {
  const world = makeMemoryInstallation({ checkpointEvents: 1 })
  const { main } = world
  const robot = robotWorker(main)
  const { one, platform } = spoiling(makeMemoryPlatform({ broker: main.broker, name: 'spoiled', columns: 1 }), 'x/bad')
  let isSpoiled = false
  const truth = await openJournalTruth(main, (entry) => {
    // The robot starts b of the bad run: what is decided about its reports will be lost.
    if (entry.kind === 'decided' && entry.events.some((e) => e.type === 'TaskStateChanged' && e.runId === 'bad' && e.taskId === 'b' && e.state === 'queued'))
      one.armed ||= !isSpoiled
    isSpoiled ||= one.armed
    robot(entry)
  })
  closers.push(() => truth.close())
  closers.push(() => world.stop())
  await world.start('executor', 'feeds')
  const scheduler = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 1, checkpointMs: 60_000 }, (error) => world.failures.push(error))
  closers.push(() => scheduler.stop())
  await publishDag(main, chain('x'))
  await truth.until('the DAG', (t) => t.columns[0]?.dags.has('x'))
  await unpause(main, 'x')
  await sendCommand(main, { dagId: 'x', kind: 'trigger_run', runId: 'before' })
  await truth.until('a run before it', (t) => t.run('x', 'before')?.state === 'success', 4000)
  await sendCommand(main, { dagId: 'x', kind: 'trigger_run', runId: 'bad' })
  const bad = await truth.until('the quarantine', (t) => t.run('x', 'bad')?.state === 'failed' && t.run('x', 'bad'), 4000)
  expect(bad?.tasks.get('a')?.state).toBe('success')
  expect([...(bad?.tasks.values() ?? [])].some(({ state }) => state === 'skipped')).toBe(true)
  await sendCommand(main, { dagId: 'x', kind: 'trigger_run', runId: 'after' })
  await truth.until('a run after it', (t) => t.run('x', 'after')?.state === 'success', 4000)
  expect(truth.run('x', 'before')?.state).toBe('success')
  expect(truth.columns[0]?.lost.size).toBe(0)
  const letters = main.broker.topic(main.topic('dead-letters')).partitions[0]?.read(0, 10) ?? []
  expect(letters.map(({ value }) => main.codec.decode('DeadLetter', value as Buffer).topic)).toContain(main.topic('journal'))

  await sendCommand(main, { dagId: 'x', kind: 'clear', args: JSON.stringify({ runId: 'bad' }) })
  await truth.until('the run again', (t) => t.run('x', 'bad')?.state === 'success', 4000)
  const told = () => world.feeds().run.get('x/bad') ?? []
  await until('the feed', async () => told().at(-1)?.state === 'success')
  expect(told().find(({ state }) => state === 'failed')?.reason).toContain('quarantined')
  expect(told().map(({ n }) => n)).toEqual([...told().map(({ n }) => n)].sort((a, b) => a - b))
  expect(world.failures).toEqual([])
})

test('a lost adoption takes what was decided on it along, and comes again', async () => {
  const world = makeMemoryInstallation()
  const { main } = world
  const { one, platform } = spoiling(makeMemoryPlatform({ broker: main.broker, name: 'spoiled', columns: 1 }), 'x/')
  const truth = await openJournalTruth(main, robotWorker(main))
  closers.push(() => truth.close())
  one.armed = true
  const scheduler = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 1, checkpointMs: 60_000 }, (error) => world.failures.push(error))
  closers.push(() => scheduler.stop())
  await publishDag(main, chain('x'))
  await truth.until('the DAG', (t) => t.columns[0]?.dags.has('x'))
  await unpause(main, 'x')
  await sendCommand(main, { dagId: 'x', kind: 'trigger_run', runId: 'r' })
  await truth.until('a run', (t) => t.run('x', 'r')?.state === 'success')
  expect(one.armed).toBe(false)
  expect(truth.entries[0]?.filter(({ kind }) => kind === 'lost')).toHaveLength(1)
  expect(world.failures).toEqual([])
})
