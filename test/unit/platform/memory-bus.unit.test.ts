/** What the twin can do beyond the contract: the faults that a simulator orders. */
import { describe, expect, it } from 'vitest'
import { makeMemoryBroker, type Step } from '../../../services/platform/bus/memory/memory-broker.ts'
import { openMemoryBus } from '../../../services/platform/bus/memory/open-memory-bus.ts'
import type { Incoming } from '../../../services/platform/bus/port.ts'
import { subscribeAndCatchUp } from '../../../services/platform/bus/read-to-end.ts'

const setUp = () => {
  const steps: Step[] = []
  const broker = makeMemoryBroker({ schedule: (step) => steps.push(step), now: () => 42 })
  broker.ensureTopics([{ topic: 't', partitions: 2, config: {} }])
  const take = (kind: Step['kind'], bus?: string): Step => {
    const i = steps.findIndex((s) => s.kind === kind && (bus === undefined || s.bus === bus))
    const [step] = steps.splice(i, i < 0 ? 0 : 1)
    if (!step) throw new Error(`no step ${kind} of ${bus ?? 'any'}: ${steps.map((s) => `${s.kind} ${s.bus}`).join(', ')}`)
    return step
  }
  const runAll = (): void => {
    for (let step = steps.shift(); step; step = steps.shift()) step.run()
  }
  return { steps, broker, take, runAll }
}
const values = (records: readonly Incoming[]): (string | undefined)[] => records.map((r) => r.value?.toString())
const record = (value: string, partition = 0) => ({ topic: 't', partition, key: 'k', value: Buffer.from(value) })

describe('the memory bus under a simulator', () => {
  it('does nothing before its steps run, and one batch at a time', async () => {
    const { broker, take, steps } = setUp()
    const bus = openMemoryBus(broker, 'a')
    const first = bus.send([record('1')])
    const second = bus.send([record('2')])
    const third = bus.send([record('3')])
    expect(steps.map((s) => s.kind)).toEqual(['append'])
    expect(broker.offsets('t').partitions[0]?.high).toBe(0)
    take('append').run()
    expect(broker.offsets('t').partitions[0]?.high).toBe(1)
    take('ack').run()
    expect((await first)[0]?.offset).toBe(0)
    take('append').run()
    take('ack').run()
    expect((await Promise.all([second, third])).flat().map((a) => a.offset)).toEqual([1, 2])
  })

  it('appends twice when an append runs twice, and answers once', async () => {
    const { broker, take } = setUp()
    const sent = openMemoryBus(broker, 'a').send([record('x')])
    const append = take('append')
    append.run()
    append.run()
    take('ack').run()
    expect(broker.offsets('t').partitions[0]?.high).toBe(2)
    expect(await sent).toEqual([{ topic: 't', partition: 0, offset: 1 }])
  })

  it('forgets a crashed bus: what was queued is lost, what it read is not delivered, its columns wait for the session to end', async () => {
    const { broker, take, runAll, steps } = setUp()
    const seen: Record<string, (readonly number[])[]> = { a: [], b: [] }
    const got: string[] = []
    const [a, b] = ['a', 'b'].map((name) => openMemoryBus(broker, name))
    const join = (bus: typeof a, name: string) =>
      bus?.subscribe({
        topics: ['t'],
        assignment: { kind: 'columns', group: 'g', columnTopics: ['t'] },
        start: () => 'beginning',
        onAssigned: (columns) => seen[name]?.push(columns),
        onRecords: (records) => got.push(`${name}: ${values(records).join()}`),
        onFailed: (error) => expect.fail(error.message),
      })
    void join(a, 'a')
    runAll()
    void join(b, 'b')
    runAll()
    expect(seen).toEqual({ a: [[0, 1], [0]], b: [[1]] })
    void a?.send([record('lost', 0)])
    a?.crash()
    steps.length = 0
    void b?.send([record('kept', 0)])
    runAll()
    expect(got).toEqual([])
    broker.expire('a')
    take('assigned', 'b').run()
    expect(seen.b).toEqual([[1], [0, 1]])
    runAll()
    expect(got).toEqual(['b: kept'])
  })

  it('ignores an assignment that a later one overtook', () => {
    const { broker, take } = setUp()
    const seen: (readonly number[])[] = []
    const join = (name: string, onAssigned: (columns: readonly number[]) => void) =>
      void openMemoryBus(broker, name).subscribe({
        topics: ['t'],
        assignment: { kind: 'columns', group: 'g', columnTopics: ['t'] },
        start: () => 'beginning',
        onAssigned,
        onRecords: () => undefined,
        onFailed: (error) => expect.fail(error.message),
      })
    join('a', (columns) => seen.push(columns))
    const first = take('assigned', 'a')
    join('b', () => undefined)
    take('assigned', 'a').run()
    first.run()
    expect(seen).toEqual([[0]])
  })

  it('reads over the gaps that compaction leaves, to the end', async () => {
    const broker = makeMemoryBroker()
    broker.ensureTopics([{ topic: 't', partitions: 1, config: {} }])
    const bus = openMemoryBus(broker, 'a')
    await bus.send(['a', 'b', 'a', 'c', 'a', 'z'].map((key, i) => ({ topic: 't', partition: 0, key, value: Buffer.from(`${i}`) })))
    broker.compact('t')
    const got: Incoming[] = []
    const { caughtUp, subscription } = await subscribeAndCatchUp(bus, {
      topics: ['t'],
      assignment: { kind: 'all' },
      start: () => 2,
      onRecords: (records) => got.push(...records),
      onFailed: (error) => expect.fail(error.message),
    })
    await caughtUp
    await subscription.close()
    expect(got.map((r) => r.offset)).toEqual([3, 4, 5])
  })

  it('fails a subscription whose records are deleted before it reads them', async () => {
    const { broker, runAll } = setUp()
    const bus = openMemoryBus(broker, 'a')
    const failures: Error[] = []
    void bus.subscribe({ topics: ['t'], assignment: { kind: 'all' }, start: () => 0, onRecords: () => undefined, onFailed: (error) => failures.push(error) })
    runAll()
    broker.append(record('1'), 0)
    broker.append(record('2'), 0)
    broker.deleteRecords('t', 0, 1)
    runAll()
    expect(failures.map((e) => (e as Error & { code: string }).code)).toEqual(['position_lost'])
  })
})
