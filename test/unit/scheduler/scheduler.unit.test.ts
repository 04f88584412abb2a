import { afterEach, describe, expect, it } from 'vitest'
import { columnOf } from '../../../services/core/column.ts'
import { readCheckpoints } from '../../../services/platform/bus/checkpoint-reader.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { type JournalTruth, openJournalTruth } from '../../support/journal-truth.ts'
import { type MemoryPlatform, makeMemoryPlatform } from '../../support/memory-platform.ts'
import { robotWorker } from '../../support/robot-worker.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'

const chain = (dagId: string, length: number, more: object = {}) => ({
  dagId,
  ...more,
  tasks: Array.from({ length }, (_, i) => ({ taskId: `t${i}`, operator: 'bash', args: { command: 'true' }, upstream: i === 0 ? [] : [`t${i - 1}`] })),
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const scheduler = async (platform: MemoryPlatform, pace = {}): Promise<Service> => {
  const service = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 20_000, checkpointMs: 60_000, ...pace }, (error) => {
    throw error
  })
  closers.push(() => service.stop())
  return service
}

const truthOf = async (platform: MemoryPlatform, onEntry?: Parameters<typeof openJournalTruth>[1]): Promise<JournalTruth> => {
  const truth = await openJournalTruth(platform, onEntry)
  closers.push(() => truth.close())
  return truth
}

const finished = (truth: JournalTruth, dagId: string, runId: string) => {
  const run = truth.run(dagId, runId)
  return run && (run.state === 'success' || run.state === 'failed') ? run : undefined
}

describe('scheduler on the memory bus', () => {
  it('takes a DAG from the table and a run from a command to the end', async () => {
    const platform = makeMemoryPlatform()
    const truth = await truthOf(platform, robotWorker(platform))
    await scheduler(platform)
    await publishDag(platform, chain('abc', 5))
    await unpause(platform, 'abc')
    await sendCommand(platform, { dagId: 'abc', kind: 'trigger_run', runId: 'r1' })
    const run = await truth.until('the run', (t) => finished(t, 'abc', 'r1'))
    expect(run.state).toBe('success')
    expect([...run.tasks.values()].map((t) => [t.state, t.tryNumber])).toEqual(Array.from({ length: 5 }, () => ['success', 1]))
  })

  it('a DAG that stood in the table before it started is there', async () => {
    const platform = makeMemoryPlatform()
    await publishDag(platform, chain('early', 1))
    await sendCommand(platform, { dagId: 'early', kind: 'trigger_run', runId: 'r1' })
    const truth = await truthOf(platform, robotWorker(platform))
    await scheduler(platform)
    await unpause(platform, 'early')
    expect((await truth.until('the run', (t) => finished(t, 'early', 'r1'))).state).toBe('success')
  })

  it('a new scheduler goes on where the last one stopped, each input once', async () => {
    const broker = makeMemoryPlatform({ name: 'a' })
    const truth = await truthOf(broker, (entry) => robot(entry))
    let robot = robotWorker(broker)
    const first = await scheduler(broker)
    await publishDag(broker, chain('long', 30))
    await unpause(broker, 'long')
    await sendCommand(broker, { dagId: 'long', kind: 'trigger_run', runId: 'r1' })
    await truth.until('half of it', (t) => t.run('long', 'r1')?.tasks.get('t15')?.state === 'success')
    await first.stop()
    const second = makeMemoryPlatform({ broker: broker.broker, name: 'b' })
    robot = robotWorker(second)
    await scheduler(second)
    const run = await truth.until('the rest', (t) => finished(t, 'long', 'r1'))
    expect([...run.tasks.values()].every((t) => t.tryNumber === 1)).toBe(true)
  })

  it('two share the columns, and both decide', async () => {
    const a = makeMemoryPlatform({ name: 'a' })
    const b = makeMemoryPlatform({ broker: a.broker, name: 'b' })
    const truth = await truthOf(a, robotWorker(a))
    await scheduler(a)
    await scheduler(b)
    const dagIds = Array.from({ length: 8 }, (_, i) => `dag${i}`)
    for (const dagId of dagIds) {
      await publishDag(a, chain(dagId, 3))
      await unpause(a, dagId)
      await sendCommand(a, { dagId, kind: 'trigger_run', runId: 'r1' })
    }
    for (const dagId of dagIds) await truth.until(dagId, (t) => finished(t, dagId, 'r1'))
    const tokens = truth.entries
      .flat()
      .flatMap((e) => (e.kind === 'decided' ? e.events : []))
      .flatMap((e) => (e.type === 'TaskStateChanged' && e.state === 'queued' ? [e.token] : []))
    expect(new Set(tokens).size).toBe(tokens.length)
    for (const dagId of dagIds) expect((await truth.until(dagId, (t) => finished(t, dagId, 'r1'))).state).toBe('success')
    const owners = new Set(truth.entries.map((entries) => entries.findLast((e) => e.kind === 'acquired')?.owner))
    expect(owners.size).toBe(a.columns)
  })

  it('a former owner that goes on writing changes nothing (fencing in the log)', async () => {
    const platform = makeMemoryPlatform()
    const truth = await truthOf(platform, robotWorker(platform))
    await scheduler(platform)
    await publishDag(platform, chain('abc', 2))
    await unpause(platform, 'abc')
    await sendCommand(platform, { dagId: 'abc', kind: 'trigger_run', runId: 'r1' })
    await truth.until('the run', (t) => finished(t, 'abc', 'r1'))
    const column = columnOf('abc', platform.columns)
    const before = truth.entries[column]?.length ?? 0
    await platform.bus.send([
      {
        topic: platform.topic('journal'),
        partition: column,
        key: 'abc',
        value: platform.codec.encode('Decision', { at: 1, events: [{ type: 'DagPauseChanged', dagId: 'abc', n: 99, at: 1, paused: true, reason: null }] }),
        headers: { kind: 'decided', owner: 'zombie', epoch: '0', seq: '1', last: '1', positions: '{}' },
      },
    ])
    await sendCommand(platform, { dagId: 'abc', kind: 'trigger_run', runId: 'r2' })
    await truth.until('the next run', (t) => finished(t, 'abc', 'r2'))
    expect(truth.columns[column]?.dags.get('abc')?.paused).toBe(false)
    expect(truth.entries[column]?.slice(before).some((e) => e.kind === 'decided' && e.at === 1)).toBe(false)
  })

  it('sends an input that lies in the wrong column on to the right one', async () => {
    const platform = makeMemoryPlatform()
    const truth = await truthOf(platform, robotWorker(platform))
    await scheduler(platform)
    await publishDag(platform, chain('abc', 1))
    await unpause(platform, 'abc')
    await sendCommand(platform, { dagId: 'abc', kind: 'trigger_run', runId: 'r1' }, (columnOf('abc', platform.columns) + 1) % platform.columns)
    expect((await truth.until('the run', (t) => finished(t, 'abc', 'r1'))).state).toBe('success')
  })

  it('a record that nobody can read goes to dead-letters and costs only itself', async () => {
    const platform = makeMemoryPlatform()
    const truth = await truthOf(platform, robotWorker(platform))
    await scheduler(platform)
    await publishDag(platform, chain('abc', 1))
    await platform.bus.send([{ topic: platform.topic('commands'), partition: columnOf('abc', platform.columns), key: 'abc', value: Buffer.from('nonsense') }])
    await unpause(platform, 'abc')
    await sendCommand(platform, { dagId: 'abc', kind: 'trigger_run', runId: 'r1' })
    await truth.until('the run', (t) => finished(t, 'abc', 'r1'))
    expect((await platform.bus.offsets(platform.topic('dead-letters'))).partitions[0]?.high).toBe(1)
  })

  it('a checkpoint stands for the journal before it (C), and finished runs leave memory for the archive', async () => {
    const a = makeMemoryPlatform({ name: 'a', columns: 1 })
    const truth = await truthOf(a, (entry) => robot(entry))
    let robot = robotWorker(a)
    const first = await scheduler(a, { checkpointEvents: 5 })
    await publishDag(a, chain('abc', 20))
    await unpause(a, 'abc')
    for (let i = 0; i < 40; i++) await sendCommand(a, { dagId: 'abc', kind: 'trigger_run', runId: `r${i}` })
    await truth.until('all runs', (t) => [...(t.columns[0]?.dags.get('abc')?.archived.keys() ?? [])].length >= 10 && finished(t, 'abc', 'r39'))
    await sendCommand(a, { dagId: 'abc', kind: 'trigger_run', runId: 'last' })
    await truth.until('a part of the last run', (t) => t.run('abc', 'last')?.tasks.get('t9')?.state === 'success')
    await first.stop()
    const written = await newestManifest(a)
    await a.bus.deleteRecords(a.topic('journal'), 0, written.offset)
    const b = makeMemoryPlatform({ broker: a.broker, name: 'b', columns: 1 })
    robot = robotWorker(b)
    await scheduler(b)
    expect((await truth.until('the last run', (t) => finished(t, 'abc', 'last'))).state).toBe('success')
    await sendCommand(b, { dagId: 'abc', kind: 'trigger_run', runId: 'r0' })
    await sendCommand(b, { dagId: 'abc', kind: 'trigger_run', runId: 'after' })
    await truth.until('a run after it', (t) => finished(t, 'abc', 'after'))
    const refused = truth.entries[0]?.flatMap((e) => (e.kind === 'decided' ? e.events : [])).filter((e) => e.type === 'CommandAnswered' && !e.accepted)
    expect(refused).toMatchObject([{ code: 'run_conflict' }])
  })
})

/** Reads topic checkpoints as a restoring owner would. */
const newestManifest = async (platform: MemoryPlatform) => {
  const found = await readCheckpoints(platform, [0], (error) => {
    throw error
  })
  const checkpoint = found.get(0)
  if (!checkpoint || checkpoint.parts.length === 0) throw new Error('no checkpoint was written')
  return checkpoint.position
}
