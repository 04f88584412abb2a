import { afterEach, describe, expect, it } from 'vitest'
import type { Bus } from '../../../services/platform/bus/port.ts'
import type { Platform } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { type JournalTruth, openJournalTruth } from '../../support/journal-truth.ts'
import { type MemoryPlatform, makeMemoryPlatform } from '../../support/memory-platform.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'
import { until } from '../../support/until.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const scheduler = async (platform: Platform, checkpointEvents = 20_000) => {
  const service = await startScheduler(platform, { group: 'scheduler', checkpointEvents, checkpointMs: 60_000 }, (error) => {
    throw error
  })
  closers.push(() => service.stop())
  return service
}
/** A process for which topic archive never answers. */
const withoutArchive = (platform: MemoryPlatform): Platform => {
  const subscribe: Bus['subscribe'] = (options) =>
    options.topics[0] === platform.topic('archive') ? new Promise<never>(() => undefined) : platform.bus.subscribe(options)
  return { ...platform, bus: { ...platform.bus, subscribe } }
}
const quick = (dagId: string) => ({
  dagId,
  tasks: [
    { taskId: 'a', operator: 'empty' },
    { taskId: 'b', operator: 'empty', upstream: ['a'] },
  ],
})

/** 30 finished runs, of which 5 left memory. */
const withArchived = async (platform: MemoryPlatform): Promise<JournalTruth> => {
  const truth = await openJournalTruth(platform)
  closers.push(() => truth.close())
  for (const dagId of ['x', 'y']) {
    await publishDag(platform, quick(dagId))
    await unpause(platform, dagId)
  }
  for (let i = 0; i < 30; i++) await sendCommand(platform, { dagId: 'x', kind: 'trigger_run', runId: `r${i}` })
  await truth.until('archived runs', (t) => t.columns[0]?.dags.get('x')?.archived.size === 5)
  return truth
}
const clear = (platform: Platform, runId: string, id: string, more = {}) =>
  sendCommand(platform, { id, dagId: 'x', kind: 'clear', args: JSON.stringify({ runId, tasks: [{ taskId: 'b' }], ...more }) })
const answersTo = (truth: JournalTruth, id: string) =>
  truth.entries[0]?.flatMap((entry) => (entry.kind === 'decided' ? entry.events.filter((e) => e.type === 'CommandAnswered' && e.commandId === id) : [])) ?? []

describe('scheduler: archived runs', () => {
  it('come back, run again, and leave again', async () => {
    const platform = makeMemoryPlatform({ columns: 1 })
    await scheduler(platform)
    const truth = await withArchived(platform)
    await clear(platform, 'r2', 'c')
    const run = await truth.until('the run again', (t) => t.run('x', 'r2')?.state === 'success' && t.run('x', 'r2'))
    expect(answersTo(truth, 'c')).toMatchObject([{ accepted: true }])
    expect(run.tasks.get('b')?.triesBefore).toBe(run.tasks.get('a')?.tryNumber)
    await truth.until('others in its stead', (t) => t.columns[0]?.dags.get('x')?.archived.size === 5)
    expect(truth.columns[0]?.dags.get('x')?.archived.has('r2')).toBe(false)
  })

  it('the column goes on while they are read, and a new owner takes the held command over, once', async () => {
    const a = makeMemoryPlatform({ name: 'a', columns: 1 })
    const first = await scheduler(withoutArchive(a), 5)
    const truth = await withArchived(a)
    await clear(a, 'r0', 'held')
    await sendCommand(a, { id: 'behind', dagId: 'x', kind: 'trigger_run', runId: 'next' })
    await sendCommand(a, { id: 'other', dagId: 'y', kind: 'trigger_run', runId: 'other' })
    await truth.until('another DAG', (t) => t.run('y', 'other')?.state === 'success')
    expect(truth.columns[0]?.dags.get('x')?.held.map(({ command }) => command.id)).toEqual(['held', 'behind'])
    expect(answersTo(truth, 'held')).toEqual([])
    await first.stop()
    const b = makeMemoryPlatform({ broker: a.broker, name: 'b', columns: 1 })
    await scheduler(b)
    await truth.until('its answer', (t) => answersTo(t, 'behind').length > 0 && t.run('x', 'r0')?.state === 'success')
    await clear(b, 'r0', 'held')
    await sendCommand(b, { id: 'last', dagId: 'x', kind: 'trigger_run' })
    await truth.until('the last', (t) => answersTo(t, 'last').length > 0)
    expect(answersTo(truth, 'held')).toMatchObject([{ accepted: true }])
    expect(truth.columns[0]?.dags.get('x')?.held).toEqual([])
  })

  it('what is not there any more, or is no run, refuses the command by name', async () => {
    const platform = makeMemoryPlatform({ columns: 1 })
    await scheduler(platform)
    const truth = await withArchived(platform)
    const entries = [...(truth.columns[0]?.dags.get('x')?.archived.values() ?? [])]
    for (const [i, state] of [null, '{"run":{}}'].entries()) {
      const { runId, n } = entries[i] as (typeof entries)[number]
      const value = state === null ? null : platform.codec.encode('ArchivedRun', { dagId: 'x', runId, n, state })
      await platform.bus.send([{ topic: platform.topic('archive'), partition: 0, key: `x/${runId}`, value }])
    }
    platform.broker.topic(platform.topic('archive')).partitions[0]?.compact()
    for (const i of [0, 1]) await clear(platform, entries[i]?.runId ?? '', `no-${i}`)
    await truth.until('the answers', (t) => answersTo(t, 'no-1').length > 0)
    expect([0, 1].map((i) => answersTo(truth, `no-${i}`)[0])).toMatchObject([
      { accepted: false, code: 'run_archived', message: expect.stringContaining('is not at offset') },
      { accepted: false, code: 'run_archived', message: expect.stringContaining('holds no run') },
    ])
  })

  it('a forgotten run leaves the archive, also when the scheduler ended before it could say so', async () => {
    const a = makeMemoryPlatform({ name: 'a', columns: 1 })
    const mute: Bus['send'] = async (records) => (records[0]?.value === null && records[0].topic === a.topic('archive') ? [] : a.bus.send(records))
    const first = await scheduler({ ...a, bus: { ...a.bus, send: mute } })
    const truth = await withArchived(a)
    await publishDag(a, { ...quick('x'), keepRuns: 26 }, 'v2')
    await truth.until('forgotten runs', (t) => t.columns[0]?.dags.get('x')?.archived.size === 1)
    await first.stop()
    const archive = () => a.broker.topic(a.topic('archive')).partitions[0]?.read(0, 100) ?? []
    expect(archive().filter(({ value }) => value === null)).toEqual([])
    await scheduler(makeMemoryPlatform({ broker: a.broker, name: 'b', columns: 1 }))
    await sendCommand(a, { id: 'last', dagId: 'x', kind: 'set_paused', paused: true })
    await truth.until('the new owner', (t) => answersTo(t, 'last').length > 0)
    await until('the tombstones', async () => archive().filter(({ value }) => value === null).length === 4)
    expect(archive().flatMap(({ key, value }) => (value === null ? [key] : []))).toEqual(['x/r0', 'x/r1', 'x/r2', 'x/r3'])
  })

  it('a copy that was written later is found behind the kept offset', async () => {
    const platform = makeMemoryPlatform({ columns: 1 })
    await scheduler(platform)
    const truth = await withArchived(platform)
    const log = platform.broker.topic(platform.topic('archive')).partitions[0]
    const { offset = 0 } = truth.columns[0]?.dags.get('x')?.archived.get('r1') ?? {}
    const value = log?.read(offset, 1)[0]?.value ?? null
    await platform.bus.send([{ topic: platform.topic('archive'), partition: 0, key: 'x/r1', value }])
    log?.compact()
    expect(log?.read(offset, 1)[0]?.offset).not.toBe(offset)
    await clear(platform, 'r1', 'c')
    await truth.until('its answer', (t) => answersTo(t, 'c').length > 0)
    expect(answersTo(truth, 'c')).toMatchObject([{ accepted: true }])
  })
})
