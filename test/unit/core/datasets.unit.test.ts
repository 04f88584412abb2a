/** SEMANTICS 6. */
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { attemptContext } from '../../../services/core/attempt-context.ts'
import { columnFrom, partsOf } from '../../../services/core/snapshot.ts'
import { columnDriver, unpaused, work } from '../../support/column-driver.ts'
import { arrive, consumer, makeTopic, runsOf, takenBy } from '../../support/dataset-events.ts'

const minute = 60_000
const waits = (d: ReturnType<typeof consumer>, dagId = 'c'): number => d.dag(dagId).arrivals.waits

describe('a task with outlets', () => {
  const producer = (more: object = {}) => unpaused({ dagId: 'p', tasks: [work('t', [], { outlets: ['a', 'b'], ...more })] })

  it('produces one event for each dataset when it succeeds, with what the task attached', () => {
    const d = producer()
    const run = d.trigger('p')
    d.start(run, 't')
    const events = d.report(run, 't', { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [{ uri: 'b', extra: '{"rows":3}' }] })
    expect(events.find((e) => e.type === 'TaskStateChanged')).toMatchObject({
      state: 'success',
      outlets: [
        { uri: 'a', extra: '{}' },
        { uri: 'b', extra: '{"rows":3}' },
      ],
    })
  })

  it('produces none when it fails, is skipped, or is marked', () => {
    const d = producer()
    d.fail(d.trigger('p'), 't')
    d.skip(d.trigger('p'), 't')
    const marked = d.trigger('p')
    d.ask('p', 'mark', { runId: marked.runId, tasks: [{ taskId: 't' }], state: 'success' })
    expect(d.task(marked, 't').state).toBe('success')
    expect(d.events.filter((e) => e.type === 'TaskStateChanged' && e.outlets.length > 0)).toEqual([])
  })

  it('produces one for each mapped instance, and an empty task produces, too', () => {
    const d = producer({ map: { kind: 'cross', inputs: { x: { literal: [1, 2] } } } })
    const run = d.trigger('p')
    d.succeed(run, 't[0]')
    d.succeed(run, 't[1]')
    expect(d.events.flatMap((e) => (e.type === 'TaskStateChanged' ? e.outlets.map(() => e.mapIndex) : []))).toEqual([0, 0, 1, 1])
    const empty = unpaused({ dagId: 'p', tasks: [work('t', [], { operator: 'empty', args: {}, outlets: ['a'], outletExtras: { a: { of: 'dag' } } })] })
    empty.trigger('p')
    expect(empty.events.filter((e) => e.type === 'TaskStateChanged').at(-1)).toMatchObject({
      state: 'success',
      outlets: [{ uri: 'a', extra: '{"of":"dag"}' }],
    })
  })
})

describe('a schedule of datasets', () => {
  it('one dataset: a run for its event, without logical date, with a suffix of its own in its id', () => {
    const d = consumer('file:///a')
    arrive(d, 'file:///a')
    const [run] = runsOf(d)
    expect(run).toMatchObject({ runType: 'dataset_triggered', logicalDate: null, dataIntervalStart: null, triggeredBy: 'dataset', state: 'running' })
    expect(run?.runId).toBe('dataset_triggered__2026-01-10T12:00:00+00:00_1-0-0')
    expect(takenBy(d)).toEqual([['file:///a@1/0']])
  })

  it('all of them', () => {
    const d = consumer({ all: [{ uri: 'a' }, { uri: 'bb' }] })
    arrive(d, 'a', 'a')
    expect(runsOf(d)).toEqual([])
    arrive(d, 'bb')
    expect(takenBy(d)).toEqual([['a@1/0', 'a@1/1', 'bb@0/0']])
    arrive(d, 'bb')
    expect(runsOf(d).length).toBe(1)
  })

  it('any of them', () => {
    const d = consumer({ any: [{ uri: 'a' }, { uri: 'bb' }] })
    arrive(d, 'bb', 'a')
    expect(takenBy(d)).toEqual([['bb@0/0'], ['a@1/0']])
  })

  it('nested', () => {
    const d = consumer({ all: [{ uri: 'a' }, { any: [{ uri: 'bb' }, { uri: 'ccc' }] }] })
    arrive(d, 'bb', 'ccc')
    expect(runsOf(d)).toEqual([])
    arrive(d, 'a')
    expect(takenBy(d)).toEqual([['bb@0/0', 'ccc@1/0', 'a@1/1']])
  })

  it('or a timetable: either one fires', () => {
    const d = consumer({ datasets: { uri: 'a' }, cron: '@hourly' })
    arrive(d, 'a')
    d.wait(60 * minute)
    // Unpausing made the hour before; the second hour is the timetable's, the run between them the dataset's.
    expect(runsOf(d).map((run) => run.runType)).toEqual(['scheduled', 'dataset_triggered', 'scheduled'])
  })

  it('a dataset that no DAG waits for changes nothing, and costs nothing', () => {
    const d = consumer('file:///a')
    expect(arrive(d, 'file:///other')).toEqual([])
  })

  it('a version that waits for another dataset forgets the former, and takes the new one from there on', () => {
    const d = consumer({ all: [{ uri: 'a' }, { uri: 'bb' }] })
    arrive(d, 'a')
    d.adopt({ dagId: 'c', datasets: { all: [{ uri: 'ccc' }, { uri: 'bb' }] }, tasks: [work('t')] }, 'v2')
    expect(waits(d)).toBe(0)
    expect([...d.column.consumers.keys()].sort()).toEqual(['bb', 'ccc'])
    arrive(d, 'bb')
    d.adopt({ dagId: 'c', datasets: { uri: 'bb' }, tasks: [work('t')] }, 'v3')
    expect(takenBy(d)).toEqual([['bb@0/0']]) // what waited is enough for the new condition
  })

  it('a DAG that is removed waits for nothing', () => {
    const d = consumer('file:///a')
    d.remove('c')
    expect([arrive(d, 'file:///a'), d.column.consumers.size]).toEqual([[], 0])
  })
})

describe('an event is taken once', () => {
  it('of a source that numbers its events, by its last number for the dataset', () => {
    const d = consumer('a', {}, [work('t', [], { operator: 'empty', args: {} })])
    const numbered = (number: number) => d.give(d.topic.event('a', { id: `x${number}`, source: 'column/3', number }))
    for (const number of [5, 6, 5, 6, 7, 3]) numbered(number)
    d.give(d.topic.event('a', { id: 'x5', source: 'column/4', number: 5 }))
    expect(runsOf(d).flatMap((run) => run.datasetEvents.map(({ id }) => id))).toEqual(['x5', 'x6', 'x7', 'x5'])
    expect(d.dag('c').arrivals.ids.size).toBe(0)
  })

  it('of others, by its id for seven days', () => {
    const d = consumer('a', {}, [work('t', [], { operator: 'empty', args: {} })])
    const given = (id: string) => d.give(d.topic.event('a', { id }))
    given('one')
    expect(given('one')).toEqual([])
    for (let i = 1; i < 1000; i++) given(`other-${i}`)
    d.wait(6 * 86_400_000)
    expect(given('one')).toEqual([])
    d.wait(2 * 86_400_000)
    given('another') // ids leave in lots, when one comes
    given('one')
    expect(runsOf(d).filter((run) => run.datasetEvents[0]?.id === 'one').length).toBe(2)
  })

  it('though it is another dataset that has the same id', () => {
    const d = consumer({ all: [{ uri: 'a' }, { uri: 'bb' }] })
    d.give(d.topic.event('a', { id: 'p/r/t/-1/1' }))
    d.give(d.topic.event('bb', { id: 'p/r/t/-1/1' }))
    expect(runsOf(d)[0]?.datasetEvents.map(({ uri }) => uri)).toEqual(['a', 'bb'])
  })

  it('by each DAG that waits for it', () => {
    const d = Object.assign(columnDriver(), { topic: makeTopic() })
    for (const dagId of ['c', 'e']) {
      d.adopt({ dagId, schedule: 'file:///a', tasks: [work('t')] })
      d.unpause(dagId)
    }
    arrive(d, 'file:///a')
    expect([takenBy(d, 'c'), takenBy(d, 'e')]).toEqual([[['file:///a@1/0']], [['file:///a@1/0']]])
  })
})

describe('what a run takes', () => {
  it('batch: all that waits', () => {
    const d = consumer('a', { maxActiveRuns: 1 })
    arrive(d, 'a', 'a', 'a')
    for (const run of runsOf(d)) d.succeed(run, 't')
    expect(takenBy(d)).toEqual([['a@1/0'], ['a@1/1', 'a@1/2']])
  })

  it('each: one run for each event, within maxActiveRuns', () => {
    const d = consumer('a', { events: 'each', maxActiveRuns: 2 })
    arrive(d, 'a', 'a', 'a')
    expect([takenBy(d), waits(d)]).toEqual([[['a@1/0'], ['a@1/1']], 1])
    d.succeed(runsOf(d)[0] as never, 't')
    expect([takenBy(d).at(-1), waits(d)]).toEqual([['a@1/2'], 0])
  })

  it('each of all: the oldest of each dataset', () => {
    const d = consumer({ all: [{ uri: 'a' }, { uri: 'bb' }] }, { events: 'each' })
    arrive(d, 'a', 'a', 'bb', 'bb', 'bb')
    expect(takenBy(d)).toEqual([
      ['a@1/0', 'bb@0/0'],
      ['a@1/1', 'bb@0/1'],
    ])
    expect(waits(d)).toBe(1)
  })

  it('each of any: the one that waited longest', () => {
    const d = consumer({ any: [{ all: [{ uri: 'a' }, { uri: 'bb' }] }, { uri: 'ccc' }] }, { events: 'each', maxActiveRuns: 1 })
    arrive(d, 'ccc', 'ccc', 'a', 'bb', 'ccc')
    const taken: (readonly string[])[] = []
    for (let i = 0; i < 4; i++) {
      const run = runsOf(d).find(({ state }) => state === 'running')
      if (run) d.succeed(run, 't')
    }
    taken.push(...takenBy(d))
    expect(taken).toEqual([['ccc@1/0'], ['ccc@1/1'], ['a@1/2', 'bb@0/0'], ['ccc@1/3']])
  })

  it('max: at most so many', () => {
    const d = consumer({ any: [{ uri: 'a' }, { uri: 'bb' }] }, { events: { max: 2 }, maxActiveRuns: 1 })
    arrive(d, 'a', 'a', 'bb', 'a', 'bb', 'bb')
    for (let i = 0; i < 4; i++) {
      const run = runsOf(d).find(({ state }) => state === 'running')
      if (run) d.succeed(run, 't')
    }
    expect(takenBy(d)).toEqual([['a@1/0'], ['a@1/1', 'bb@0/0'], ['a@1/2', 'bb@0/1'], ['bb@0/2']])
  })

  it('max with all: first what the condition needs', () => {
    const d = consumer({ all: [{ uri: 'a' }, { uri: 'bb' }] }, { events: { max: 3 } })
    arrive(d, 'a', 'a', 'a', 'a', 'bb')
    expect([takenBy(d), waits(d)]).toEqual([[['a@1/0', 'a@1/1', 'bb@0/0']], 2])
  })

  it('within a time window: all that came within so long of the first', () => {
    const d = consumer('a', { events: { within: '5m' } })
    arrive(d, 'a')
    d.wait(2 * minute)
    arrive(d, 'a')
    expect(runsOf(d)).toEqual([])
    d.wait(3 * minute)
    expect(takenBy(d)).toEqual([['a@1/0', 'a@1/1']])
    arrive(d, 'a')
    d.wait(5 * minute - 1)
    expect(runsOf(d).length).toBe(1)
    d.wait(1)
    expect(takenBy(d)[1]).toEqual(['a@1/2'])
  })

  it('a window that closes before the condition holds: the run is made when it does', () => {
    const d = consumer({ all: [{ uri: 'a' }, { uri: 'bb' }] }, { events: { within: '5m' } })
    arrive(d, 'a')
    d.wait(6 * minute)
    expect(runsOf(d)).toEqual([])
    arrive(d, 'bb')
    expect(runsOf(d).length).toBe(1)
  })

  it('a thousand at most, whatever waits: the rest goes to the next run', () => {
    const d = consumer('a', { maxActiveRuns: 1 })
    arrive(d, ...Array.from({ length: 1500 }, () => 'a'))
    for (const run of runsOf(d)) d.succeed(run, 't')
    for (const run of runsOf(d)) if (run.state === 'running') d.succeed(run, 't')
    expect(takenBy(d).map((taken) => taken.length)).toEqual([1, 1000, 499])
  })

  it('runs per decision are limited; what is left is made by the next ones', () => {
    const d = consumer('a', { events: 'each', maxActiveRuns: 1 }, [work('t', [], { operator: 'empty', args: {} })])
    d.command({ dagId: 'c', kind: 'set_paused', paused: true })
    d.adopt({ dagId: 'c', schedule: 'a:', events: 'each', maxActiveRuns: 1000, onUnpause: 'consume', tasks: [work('t')] }, 'v2')
    arrive(d, ...Array.from({ length: 250 }, () => 'a:'))
    d.unpause('c')
    expect(runsOf(d).length).toBe(100)
    d.wait(0)
    d.wait(0)
    expect([runsOf(d).length, waits(d)]).toEqual([250, 0])
  })
})

describe('a paused DAG', () => {
  const paused = (more: object = {}) => {
    const d = Object.assign(columnDriver(), { topic: makeTopic() })
    d.adopt({ dagId: 'c', schedule: 'file:///a', tasks: [work('t')], ...more })
    arrive(d, 'file:///a', 'file:///a')
    expect([runsOf(d).length, waits(d)]).toEqual([0, 2])
    d.unpause('c')
    return d
  }

  it('lets go of what waited when it is unpaused, unless it says otherwise', () => {
    const d = paused()
    expect([runsOf(d).length, waits(d)]).toEqual([0, 0])
    expect(d.events.find((e) => e.type === 'DatasetEventsSkipped')).toMatchObject({ through: 1, reason: 'unpaused' })
    arrive(d, 'file:///a')
    expect(takenBy(d)).toEqual([['file:///a@1/2']])
  })

  it("takes it with onUnpause 'consume'", () => {
    expect(takenBy(paused({ onUnpause: 'consume' }))).toEqual([['file:///a@1/0', 'file:///a@1/1']])
  })

  it('keeps no more than it may need', () => {
    const d = Object.assign(columnDriver(), { topic: makeTopic() })
    d.adopt({ dagId: 'c', schedule: 'file:///a', tasks: [work('t')] })
    arrive(d, ...Array.from({ length: 2500 }, () => 'file:///a'))
    expect(waits(d)).toBeLessThanOrEqual(1000)
  })
})

describe('tasks of the run', () => {
  it('see what triggered it', () => {
    const d = consumer({ all: [{ uri: 'a' }, { uri: 'bb' }] })
    const source = { sourceDagId: 'p', sourceRunId: 'r', sourceTaskId: 't', sourceMapIndex: -1 }
    d.give(d.topic.event('a', { extra: '{"rows":3}', ...source }))
    d.give(d.topic.event('bb', { producer: 'kcat' }))
    const [run] = runsOf(d)
    if (!run) throw new Error('no run')
    const { triggeringDatasetEvents } = attemptContext(d.dag('c'), run, d.task(run, 't'))
    expect(triggeringDatasetEvents).toMatchObject({
      a: [{ uri: 'a', extra: { rows: 3 }, ...source }],
      bb: [{ extra: {}, producer: 'kcat', sourceDagId: null }],
    })
    expect(attemptContext(d.dag('c'), d.trigger('c'), d.task(run, 't')).triggeringDatasetEvents).toBeUndefined()
  })

  it('see it again when the run is cleared, and extras that are too much for a record are left out', () => {
    const d = consumer('a', { maxActiveRuns: 1, events: { max: 20 } })
    const big = JSON.stringify({ text: 'x'.repeat(40_000) })
    d.give(d.topic.event('a'))
    for (let i = 0; i < 8; i++) d.give(d.topic.event('a', { extra: big }))
    d.succeed(runsOf(d)[0] as never, 't')
    const second = runsOf(d)[1]
    if (!second) throw new Error('no run')
    expect(second.datasetEvents.length).toBe(6) // as many as fit
    d.succeed(second, 't')
    d.ask('c', 'clear', { runId: second.runId })
    expect(attemptContext(d.dag('c'), second, d.task(second, 't')).triggeringDatasetEvents?.a?.length).toBe(6)
  })
})

it('a checkpoint holds what waits, in lots; a stale lot does no harm', () => {
  const d = consumer('a', { events: 'each', maxActiveRuns: 2 })
  arrive(d, ...Array.from({ length: 2500 }, () => 'a'))
  const before = new Map([...partsOf(d.column)].map(([name, part]) => [name, JSON.parse(JSON.stringify(part()))]))
  expect([...before.keys()].filter((name) => name.startsWith('waits/'))).toEqual(['waits/c/0', 'waits/c/1', 'waits/c/2'])
  d.succeed(runsOf(d)[0] as never, 't')
  const after = new Map([...partsOf(d.column)].map(([name, part]) => [name, JSON.parse(JSON.stringify(part()))]))
  const mixed = columnFrom([...after].map(([name, part]) => (name === 'waits/c/0' ? before.get(name) : part)))
  expect(mixed.dags.get('c')?.arrivals.waits).toBe(waits(d))
  expect(mixed.consumers.get('a')?.size).toBe(1)
  const again = new Map([...partsOf(mixed)].map(([name, part]) => [name, JSON.parse(JSON.stringify(part()))]))
  expect(isDeepStrictEqual(again, after)).toBe(true)
})

it('what is decided is what the journal says', () => {
  const d = consumer({ any: [{ uri: 'a' }, { uri: 'bb' }] }, { events: { max: 2 }, maxActiveRuns: 1 })
  arrive(d, 'a', 'bb', 'a', 'bb')
  for (const run of runsOf(d)) d.succeed(run, 't')
  const { working, folded } = d.bothSnapshots()
  expect(folded).toEqual(working)
})

it('100,000 events that wait for one DAG are decided, kept and restored in a moment', () => {
  const d = consumer('a', { maxActiveRuns: 1 })
  for (let i = 0; i < 100_000; i++) d.give(d.topic.event('a', { source: 's', number: i, id: `s/${i}` }))
  expect(waits(d)).toBe(99_999)
  const [run] = runsOf(d)
  const events = run ? d.succeed(run, 't') : []
  const created = events.find((e) => e.type === 'RunCreated')
  expect(created?.type === 'RunCreated' && created.datasetEvents.length).toBe(1000)
  const restored = columnFrom([...partsOf(d.column)].map(([, part]) => part()))
  expect(restored.dags.get('c')?.arrivals.waits).toBe(98_999)
})
