/** What a scheduler makes of topic dataset-events, on any bus: one body for the memory twin and for a real broker. */
import { afterEach, expect, it } from 'vitest'
import type { DatasetEvent, DeadLetter } from '../../schemas/generated/records.ts'
import { datasetEventRecord } from '../../services/platform/bus/dataset-event-record.ts'
import type { Outgoing } from '../../services/platform/bus/port.ts'
import type { Platform, Service } from '../../services/platform/platform.ts'
import { startScheduler } from '../../services/scheduler/service.ts'
import { makeCollector } from './collect.ts'
import { type JournalTruth, openJournalTruth } from './journal-truth.ts'
import { robotWorker } from './robot-worker.ts'
import { publishDag, unpause } from './send.ts'

export interface World {
  readonly platform: Platform
  /** A scheduler of another process. */
  readonly again: () => Platform
}

export const datasetEvent = (uri: string, id: string, more: Partial<DatasetEvent> = {}): DatasetEvent => ({
  ...{ uri, id, at: 1_700_000_000_000, extra: '{}', sourceDagId: null, sourceRunId: null, sourceTaskId: null, sourceMapIndex: null, producer: 'test' },
  ...more,
})

export const jsonEvent = (platform: Platform, value: unknown, headers: Record<string, string> = {}): Outgoing => ({
  topic: platform.topic('dataset-events'),
  key: 'file:///a',
  value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  headers: { 'content-type': 'application/json', ...headers },
})

const task = [{ taskId: 't', operator: 'bash', args: { command: 'true' } }]

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const start = async (platform: Platform): Promise<Service> => {
  const service = await startScheduler(platform, { group: 'scheduler', checkpointEvents: 40, checkpointMs: 60_000 }, (error) => {
    throw error
  })
  closers.push(() => service.stop())
  return service
}

const open = async (platform: Platform): Promise<JournalTruth> => {
  const truth = await openJournalTruth(platform, robotWorker(platform))
  closers.push(() => truth.close())
  return truth
}

/** Ids that runs of the DAG took, run by run. */
export const takenIds = (truth: JournalTruth, dagId: string): readonly (readonly string[])[] =>
  truth.entries.flatMap((entries) =>
    entries.flatMap((entry) =>
      entry.kind === 'decided' ? entry.events.flatMap((e) => (e.type === 'RunCreated' && e.dagId === dagId ? [e.datasetEvents.map(({ id }) => id)] : [])) : [],
    ),
  )

const consume = async (platform: Platform, truth: JournalTruth, dagId: string, more: object): Promise<void> => {
  await publishDag(platform, { dagId, maxActiveRuns: 1000, ...more, tasks: task })
  await truth.until(`${dagId} adopted`, (t) => t.columns.some((column) => column.dags.has(dagId)), 30_000)
  await unpause(platform, dagId)
  await truth.until(`${dagId} unpaused`, (t) => t.columns.some((column) => column.dags.get(dagId)?.paused === false), 30_000)
}

export const datasetSchedulerCases = (openWorld: () => Promise<World>): void => {
  it('an event that anybody publishes, as Avro or as JSON, makes runs of the DAGs that wait for it; what lay there before they did does not', async () => {
    const { platform } = await openWorld()
    const publish = (...records: readonly Outgoing[]) => platform.bus.send(records)
    await publish(datasetEventRecord(platform, datasetEvent('file:///a', 'early')))
    const truth = await open(platform)
    await start(platform)
    await consume(platform, truth, 'one', { schedule: 'file:///a', events: 'each' })
    await consume(platform, truth, 'both', { schedule: ['file:///a', 'file:///b'] })
    await publish(datasetEventRecord(platform, datasetEvent('file:///a', 'first', { extra: '{"rows":3}' })))
    await publish(jsonEvent(platform, { uri: 'file:///a', extra: { rows: 4 }, at: '2024-03-01T00:00:00Z' }, { 'event-id': 'second' }))
    await publish(jsonEvent(platform, { id: 'third' })) // its key says which dataset
    await publish(datasetEventRecord(platform, datasetEvent('file:///a', 'first'))) // sent again
    await publish(datasetEventRecord(platform, datasetEvent('file:///b', 'other')))
    await publish(datasetEventRecord(platform, datasetEvent('file:///nobody', 'x')))
    await truth.until('all runs', (t) => takenIds(t, 'one').length === 3 && takenIds(t, 'both').length === 1, 30_000)
    expect(takenIds(truth, 'one')).toEqual([['first'], ['second'], ['third']])
    expect([...(takenIds(truth, 'both')[0] ?? [])].sort()).toContain('other')
    const second = truth.columns.flatMap((column) => [...(column.dags.get('one')?.runs.values() ?? [])])[1]
    expect(second?.datasetEvents[0]).toMatchObject({ extra: '{"rows":4}', at: Date.parse('2024-03-01T00:00:00Z') })
  })

  it('a scheduler that is gone in between: each event in one run, none lost, none twice', async () => {
    const { platform, again } = await openWorld()
    const truth = await open(platform)
    let service = await start(platform)
    await consume(platform, truth, 'each', { schedule: 'file:///a', events: 'each' })
    await consume(platform, truth, 'all', { schedule: 'file:///a', maxActiveRuns: 1 })
    const publish = (from: number, to: number) =>
      platform.bus.send(
        Array.from({ length: to - from }, (_, i) => datasetEventRecord(platform, datasetEvent('file:///a', `e${from + i}`), { source: 's', number: from + i })),
      )
    const made = (n: number) => truth.until(`${n} runs`, (t) => takenIds(t, 'each').length >= n, 30_000)
    await publish(0, 30)
    await made(10)
    await service.stop()
    await publish(20, 60) // the first ten of them again
    service = await start(again())
    await made(45)
    await service.stop()
    await start(again())
    await publish(60, 80)
    await made(80)
    const wanted = Array.from({ length: 80 }, (_, i) => `e${i}`)
    await truth.until('what the other one takes', (t) => takenIds(t, 'all').flat().length >= 80, 30_000)
    expect(takenIds(truth, 'each').map(([id]) => id)).toEqual(wanted)
    expect(takenIds(truth, 'all').flat()).toEqual(wanted)
  })

  it('what cannot be read goes to dead-letters with the reason, and nothing else changes', async () => {
    const { platform } = await openWorld()
    const letters = makeCollector<DeadLetter>(({ reason }) => reason)
    const reading = await platform.bus.subscribe({
      topics: [platform.topic('dead-letters')],
      assignment: { kind: 'all' },
      start: () => 'beginning',
      onRecords: (records) => letters.note(...records.map((record) => platform.codec.decode('DeadLetter', record.value as Buffer))),
      onFailed: (error) => {
        throw error
      },
    })
    closers.push(() => reading.close())
    const truth = await open(platform)
    await start(platform)
    await consume(platform, truth, 'one', { schedule: 'file:///a', events: 'each' })
    const raw = (value: Buffer): Outgoing => ({ topic: platform.topic('dataset-events'), key: 'file:///a', value })
    const unknownId = Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0x01]), Buffer.from('whatever')])
    await platform.bus.send([
      raw(Buffer.from('no idea')),
      raw(Buffer.from('{"uri":"file:///a"}')),
      raw(unknownId),
      jsonEvent(platform, '{"uri": '),
      jsonEvent(platform, { uri: 'file:///a', extra: [1] }),
      jsonEvent(platform, { uri: 'postgres://me:secret@host/db' }),
      jsonEvent(platform, { uri: 'file:///a', extra: { text: 'x'.repeat(60_000) } }),
      jsonEvent(platform, { uri: 'file:///a', extra: { text: 'x'.repeat(200_000) } }),
      datasetEventRecord(platform, datasetEvent('file:///a', 'good')),
    ])
    await truth.until('the run of the good one', (t) => takenIds(t, 'one').length === 1, 30_000)
    await letters.until('a letter for each', (seen) => seen.length >= 8)
    expect(takenIds(truth, 'one')).toEqual([['good']])
    expect(letters.seen.map(({ by, code }) => `${by} ${code}`).sort()).toEqual(
      [...Array(6).fill('scheduler undecodable'), ...Array(2).fill('scheduler too_big')].sort(),
    )
    const reasons = letters.seen.map(({ reason }) => reason).join('\n')
    for (const says of [
      'wire format',
      'send the header content-type',
      'id 2147483393',
      'says to be JSON',
      'extra must be an object',
      'holds a password',
      'at most 49152',
    ])
      expect(reasons).toContain(says)
  })
}
