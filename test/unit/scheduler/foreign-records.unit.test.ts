/** What other programs write to `commands` and `dags`: what is wrong with it costs only itself, and what is only new is learned. */
import { afterEach, describe, expect, it } from 'vitest'
import type { DeadLetter } from '../../../schemas/generated/records.ts'
import { columnOf } from '../../../services/core/column.ts'
import { maxDefinitionBytes } from '../../../services/core/normal-dag.ts'
import type { Service } from '../../../services/platform/platform.ts'
import { startScheduler } from '../../../services/scheduler/service.ts'
import { type JournalTruth, openJournalTruth } from '../../support/journal-truth.ts'
import { type MemoryPlatform, makeMemoryPlatform } from '../../support/memory-platform.ts'
import { robotWorker } from '../../support/robot-worker.ts'
import { publishDag, sendCommand, unpause } from '../../support/send.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const dag = (dagId: string, more: object = {}) => ({ dagId, ...more, tasks: [{ taskId: 't', operator: 'bash', args: { command: 'true' } }] })

const command = (more: object) => ({
  ...{ id: 'c1', dagId: 'abc', kind: 'trigger_run', at: 0, principal: null, runId: null, logicalDate: null, withoutLogicalDate: false },
  ...{ dataIntervalStart: null, dataIntervalEnd: null, runAfter: null, conf: null, note: null, paused: null, args: null },
  ...more,
})

interface World {
  readonly platform: MemoryPlatform
  readonly truth: JournalTruth
  readonly letters: DeadLetter[]
  start(): Promise<Service>
}

const openWorld = async (platform = makeMemoryPlatform()): Promise<World> => {
  const letters: DeadLetter[] = []
  const subscription = await platform.bus.subscribe({
    topics: [platform.topic('dead-letters')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const { value } of records) if (value) letters.push(platform.codec.decode('DeadLetter', value))
    },
    onFailed: (error) => {
      throw error
    },
  })
  closers.push(() => subscription.close())
  const truth = await openJournalTruth(platform, robotWorker(platform))
  closers.push(() => truth.close())
  const start = async (): Promise<Service> => {
    const service = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 20_000, checkpointMs: 60_000 }, (error) => {
      throw error
    })
    closers.push(() => service.stop())
    return service
  }
  await start()
  return { platform, truth, letters, start }
}

const ended = (truth: JournalTruth, dagId: string, runId: string) => truth.until(`run ${runId}`, (t) => t.run(dagId, runId)?.state === 'success')
const trigger = ({ platform }: World, runId: string, conf: string | null = null) => sendCommand(platform, { dagId: 'abc', kind: 'trigger_run', runId, conf })

describe('commands of others', () => {
  it('with a conf that is too big are refused; those that are too big themselves, or have impossible names, are dead letters', async () => {
    const world = await openWorld()
    const { platform, truth, letters } = world
    await publishDag(platform, dag('abc'))
    await unpause(platform, 'abc')
    await trigger(world, 'big', JSON.stringify({ text: 'ä'.repeat(130_000) }))
    await trigger(world, 'huge', JSON.stringify({ text: 'x'.repeat(600_000) }))
    await sendCommand(platform, { dagId: 'abc', kind: 'trigger_run', runId: 'named', id: 'i'.repeat(251) })
    await sendCommand(platform, { dagId: 'abc', kind: '' })
    await trigger(world, 'fits', JSON.stringify({ text: 'x'.repeat(240_000) }))
    await ended(truth, 'abc', 'fits')
    expect(truth.run('abc', 'big')).toBeUndefined()
    expect(letters.map(({ topic, code, by }) => [topic, code, by])).toEqual(
      ['too_big', 'bad_request', 'bad_request'].map((code) => ['test.commands', code, 'scheduler']),
    )
    expect(letters.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^a command of 6\d{5} bytes: at most 500000 are allowed/),
      "the command's id has 251 characters: 1 to 250 are allowed",
      "the command's kind has 0 characters: 1 to 250 are allowed",
    ])
  })

  it('written under a schema that came later wait for it, and those behind them keep their place', async () => {
    const plain = makeMemoryPlatform()
    const newId = 4711
    let tell: () => void = () => {}
    const told = new Promise<void>((resolve) => {
      tell = resolve
    })
    let isTold = false
    const isNew = (bytes: Buffer): boolean => bytes.readUInt32BE(1) === newId
    const withId = (bytes: Buffer, id: number): Buffer => {
      const copy = Buffer.from(bytes)
      copy.writeUInt32BE(id, 1)
      return copy
    }
    const ownId = plain.codec.encode('Command', command({})).readUInt32BE(1)
    const world = await openWorld({
      ...plain,
      codec: {
        ...plain.codec,
        knows: (bytes) => isTold || !isNew(bytes),
        learn: async () => {
          await told
          isTold = true
        },
        decode: (name, bytes) => plain.codec.decode(name, isNew(bytes) ? withId(bytes, ownId) : bytes),
      },
    })
    const { platform, truth } = world
    await publishDag(platform, dag('abc'))
    await unpause(platform, 'abc')
    await trigger(world, 'first')
    await ended(truth, 'abc', 'first')
    const newer = withId(plain.codec.encode('Command', command({ runId: 'newer', logicalDate: 5000 })), newId)
    await platform.bus.send([{ topic: platform.topic('commands'), partition: columnOf('abc', platform.columns), key: 'abc', value: newer }])
    await sendCommand(platform, { dagId: 'abc', kind: 'trigger_run', runId: 'behind', logicalDate: 5000 })
    tell()
    await ended(truth, 'abc', 'newer')
    await trigger(world, 'last')
    await ended(truth, 'abc', 'last')
    // It asked for the same logical date, later.
    expect(truth.run('abc', 'behind')).toBeUndefined()
  })
})

describe('DAGs of others', () => {
  const raw = (platform: MemoryPlatform, key: string, value: { definition: string; version?: string }) =>
    platform.bus.send([
      {
        topic: platform.topic('dags'),
        partition: 0,
        key,
        value: platform.codec.encode('DagVersion', {
          dagId: key,
          version: 'v2',
          bundle: null,
          fileloc: null,
          source: null,
          publishedBy: 'other',
          publishedAt: 0,
          ...value,
        }),
      },
    ])

  it('that cannot be used are dead letters; the version before goes on, after a restart as well', async () => {
    const world = await openWorld()
    const { platform, truth, letters } = world
    await publishDag(platform, dag('abc'))
    await unpause(platform, 'abc')
    const definition = JSON.stringify(dag('abc'))
    await raw(platform, 'abc', { definition: `${definition}${' '.repeat(maxDefinitionBytes)}` })
    await raw(platform, 'abc', { definition, version: 'v@2' })
    await raw(platform, 'abc', { definition: '{' })
    await raw(platform, 'abc', { definition: JSON.stringify({ ...dag('abc'), tasks: [{ taskId: 't', operator: 'bash', upstream: ['t'] }] }) })
    await trigger(world, 'before')
    await ended(truth, 'abc', 'before')
    expect(letters.map(({ topic, code }) => [topic, code])).toEqual(Array.from({ length: 4 }, () => ['test.dags', 'bad_dag']))
    expect(letters[0]?.reason).toMatch(/^DAG abc: its definition is 70\d{4} bytes of JSON, at most 700000 are allowed/)
    await closers.pop()?.()
    await platform.bus.deleteRecords(platform.topic('dags'), 0, 1) // as if it were compacted
    await world.start()
    await trigger(world, 'after')
    await ended(truth, 'abc', 'after')
    expect(truth.run('abc', 'after')?.version.version).toBe('v1')
    const events = truth.entries.flat().flatMap((entry) => (entry.kind === 'decided' ? entry.events.map(({ type }) => type) : []))
    expect(events).not.toContain('DagRemoved')
  })

  it('that are as big as may be are adopted', async () => {
    const world = await openWorld()
    const { platform, truth } = world
    await publishDag(platform, dag('abc', { doc: 'x'.repeat(maxDefinitionBytes - 1000) }))
    await unpause(platform, 'abc')
    await trigger(world, 'r')
    await ended(truth, 'abc', 'r')
  })
})
