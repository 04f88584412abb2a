/** Watchers on a real broker: filters, batches, bad values, topics and clusters that come and go, changed DAGs. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeTopic } from '../../support/make-topic.ts'
import { until } from '../../support/until.ts'
import { openWatchWorld, type WatchWorld, watching } from './watch-world.ts'

let world: WatchWorld
beforeAll(async () => {
  world = await openWatchWorld()
}, 120_000)
afterEach(() => world.stopAll())
afterAll(() => world?.close())

const extras = (uri: string) => world.eventsOf(uri).map(({ extra }) => JSON.parse(extra))
const uriOf = (topic: string): string => `kafka://${topic}`

describe('each message', () => {
  it('that counts is an event, from the moment the watch is there', async () => {
    const topic = await world.topic(2)
    const uri = uriOf(topic)
    await world.produce(topic, [{ n: -1 }], 2)
    await world.publish(topic, [{ uri, topic, filter: "value.n >= 2 and key != '3'" }])
    const watchers = await world.start()
    await watching(watchers, topic, 2)
    await world.produce(topic, [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }], 2)
    await until('two events', () => world.eventsOf(uri).length === 2)
    expect([...world.eventsOf(uri)].sort((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject([
      { id: expect.stringMatching(new RegExp(`^kafka_default/${topic}/0/2@\\d+$`)), sourceDagId: null },
      { id: expect.stringMatching(new RegExp(`^kafka_default/${topic}/0/3@\\d+$`)) },
    ])
    expect(extras(uri)[0]).toEqual({
      topic,
      partition: 0,
      offset: expect.any(Number),
      timestamp: expect.any(Number),
      key: expect.any(String),
      value: { n: expect.any(Number) },
    })
    await until('its state is told', () =>
      [...world.statuses.values()].some(({ topics }) => topics.some((each) => each.topic === topic && each.events === 2 && each.lag === 0)),
    )
    await watchers.stop()
    // What comes meanwhile is not lost.
    await world.produce(topic, [{ n: 10 }, { n: 11 }])
    const again = await world.start()
    await until('four events', () => world.eventsOf(uri).length === 4)
    await again.stop()
    await until('both have said good-bye', () => [...world.statuses.values()].every(({ topics }) => topics.length === 0))
    await world.retire(topic)
  })

  it('that cannot be read or judged goes to dead letters, and the others count', async () => {
    const topic = await world.topic()
    const uri = uriOf(topic)
    await world.publish(topic, [{ uri, topic, filter: 'value.deep.n + 0 > 0', extra: "{'n': value.deep.n}" }])
    const watchers = await world.start()
    await watching(watchers, topic)
    const big = `{"deep":{"n":1},"fill":"${'x'.repeat(900_000)}"}`
    await world.send(
      topic,
      ['{"deep":{"n":1}}', 'no json', '{"deep":null}', big, '{"deep":{"n":2}}'].map((value) => ({ value })),
    )
    await until('three events', () => world.eventsOf(uri).length === 3)
    expect(extras(uri)).toEqual([{ n: 1 }, { n: 1 }, { n: 2 }])
    const dead = world.deadLetters.filter((letter) => letter.topic === topic)
    expect(dead).toMatchObject([
      { offset: 1, by: `watcher of ${uri}`, code: 'undecodable', reason: expect.stringContaining('the value is no JSON') },
      { offset: 2, by: `watcher of ${uri}`, code: 'template_failed', reason: expect.stringContaining('value.deep.n + 0 > 0') },
    ])
    await until('the error is told', () =>
      [...world.statuses.values()].some(({ topics }) =>
        topics.some((each) => each.topic === topic && each.deadLetters === 2 && each.error?.includes('offset 2')),
      ),
    )
    await watchers.stop()
    await world.retire(topic)
  })

  it('is judged by functions in a process of their own: what throws, hangs or exits costs its message alone', async () => {
    const topic = await world.topic()
    const uri = uriOf(topic)
    await world.bundle(
      'b1',
      `import { dag, dataset, empty, watch } from 'millrace'
      const judged = ({ value }) => {
        if (value.how === 'throw') throw new TypeError('broken')
        if (value.how === 'hang') for (;;) {}
        if (value.how === 'exit') process.exit(3)
        return value.how === 'late' ? new Promise((resolve) => setTimeout(resolve, 20, true)) : value.how === 'good'
      }
      export default dag(${JSON.stringify(topic)}, { schedule: dataset(${JSON.stringify(uri)}, watch({ topic: ${JSON.stringify(topic)}, filter: judged, extra: ({ value }) => ({ n: value.n }) })) }, () => { empty('t') })`,
    )
    await world.publish(topic, [{ uri, topic, needsCode: true }], 'b1')
    const watchers = await world.start({ filterLimitMs: 1000 })
    await watching(watchers, topic)
    const hows = ['good', 'throw', 'bad', 'hang', 'good', 'exit', 'late', 'good']
    await world.produce(
      topic,
      hows.map((how, n) => ({ how, n })),
    )
    await until('four events', () => world.eventsOf(uri).length === 4, 30_000)
    expect(extras(uri)).toEqual([{ n: 0 }, { n: 4 }, { n: 6 }, { n: 7 }])
    expect(world.deadLetters.filter((letter) => letter.topic === topic).map(({ offset, code, reason }) => ({ offset, code, reason }))).toEqual([
      { offset: 1, code: 'filter_failed', reason: "the watch's filter threw TypeError: broken" },
      { offset: 3, code: 'filter_failed', reason: "the watch's code was ended over this message: it did not answer within 1 s" },
      { offset: 5, code: 'filter_failed', reason: "the watch's code was ended over this message: its process ended (exit code 3)" },
    ])
    await watchers.stop()
    await world.retire(topic)
  })

  it('counts by the filter of the newest version', async () => {
    const topic = await world.topic()
    const uri = uriOf(topic)
    await world.publish(topic, [{ uri, topic, filter: 'value > 100' }])
    const watchers = await world.start()
    await watching(watchers, topic)
    await world.produce(topic, [1, 101])
    await until('one event', () => world.eventsOf(uri).length === 1)
    await world.publish(topic, [{ uri, topic, filter: 'value < 10' }])
    await until('the new one', async () => {
      await world.produce(topic, [2])
      return world.eventsOf(uri).length > 1
    })
    await world.retire(topic)
    await until('nothing is watched', () => watchers.topics().every((watched) => watched.topic !== topic))
    await watchers.stop()
  })
})

describe('topics and clusters', () => {
  it('may come later, go, and come again', async () => {
    const topic = world.freshName()
    const uri = uriOf(topic)
    const state = () =>
      watchers
        .topics()
        .find((watched) => watched.topic === topic)
        ?.state()
    await world.publish(topic, [{ uri, topic }])
    const watchers = await world.start()
    await until('it waits', () => state() === 'waiting_for_topic')
    expect(watchers.topics().find((watched) => watched.topic === topic)?.tally.error?.message).toBe(
      `topic ${topic} does not exist: its first message will count when it is made`,
    )
    await makeTopic(world.admin, topic)
    await world.produce(topic, ['first'])
    await until('the first message counts', () => world.eventsOf(uri).length === 1, 30_000)
    await world.forget(topic)
    await world.admin.deleteTopics({ topics: [topic] })
    await until('it waits again', () => state() === 'waiting_for_topic', 60_000)
    await makeTopic(world.admin, topic)
    await world.produce(topic, ['second'])
    await until('the first message of the new topic counts', () => world.eventsOf(uri).length === 2, 30_000)
    expect(new Set(world.eventsOf(uri).map(({ id }) => id)).size).toBe(2)
    await watchers.stop()
    await world.retire(topic)
  }, 120_000)

  it('that cannot be reached or are not known say so', async () => {
    const topic = await world.topic()
    await world.publish(topic, [
      { uri: `${uriOf(topic)}/a`, topic, cluster: 'away' },
      { uri: `${uriOf(topic)}/b`, topic, cluster: 'not_there' },
      { uri: `${uriOf(topic)}/c`, topic },
    ])
    const watchers = await world.start({ connections: { away: 'kafka://127.0.0.1:1' } })
    await watching(watchers, topic)
    const of = (cluster: string) => watchers.topics().find((watched) => watched.topic === topic && watched.cluster === cluster)
    await until('both say so', () => of('away')?.state() === 'unreachable' && of('not_there')?.state() === 'failed', 30_000)
    expect(of('not_there')?.tally.error?.message).toBe("there is no connection 'not_there': set MILLRACE_CONN_NOT_THERE on the triggerer")
    expect(of('away')?.tally.error?.message).toContain('127.0.0.1:1')
    await world.produce(topic, [1])
    await until('the third one counts', () => world.eventsOf(`${uriOf(topic)}/c`).length === 1)
    await watchers.stop()
    await world.retire(topic)
  }, 60_000)
})

describe('batches', () => {
  const rangesOf = (uri: string) =>
    extras(uri).map(({ partition, firstOffset, lastOffset, count, messages }) => ({ partition, firstOffset, lastOffset, count, n: messages.length }))

  it('hold so many messages, or what came within the time', async () => {
    const topic = await world.topic()
    const uri = uriOf(topic)
    await world.publish(topic, [{ uri, topic, batch: { count: 10, within: '1s' }, filter: 'value % 2 == 0', extra: "{'v': value}" }])
    const watchers = await world.start()
    await watching(watchers, topic)
    await world.produce(
      topic,
      Array.from({ length: 50 }, (_, n) => n),
    )
    await until('three batches', () => world.eventsOf(uri).length === 3)
    expect(rangesOf(uri)).toEqual([
      { partition: 0, firstOffset: 0, lastOffset: 18, count: 10, n: 10 },
      { partition: 0, firstOffset: 20, lastOffset: 38, count: 10, n: 10 },
      { partition: 0, firstOffset: 40, lastOffset: 49, count: 5, n: 5 },
    ])
    expect(extras(uri).flatMap(({ messages }) => messages)).toEqual(Array.from({ length: 25 }, (_, n) => ({ v: 2 * n })))
    await watchers.stop()
    await world.retire(topic)
  })

  it('go on where the last triggerer was, also in the middle of one', async () => {
    const topic = await world.topic()
    const uri = uriOf(topic)
    await world.publish(topic, [{ uri, topic, batch: { count: 10, within: '1h' } }])
    const first = await world.start()
    await watching(first, topic)
    await world.produce(
      topic,
      Array.from({ length: 25 }, (_, n) => n),
    )
    await until('two batches', () => world.eventsOf(uri).length === 2)
    await first.stop()
    const second = await world.start()
    await world.produce(
      topic,
      Array.from({ length: 5 }, (_, n) => n),
    )
    await until('the third', () => world.eventsOf(uri).length === 3)
    expect(rangesOf(uri).map(({ firstOffset, lastOffset }) => [firstOffset, lastOffset])).toEqual([
      [0, 9],
      [10, 19],
      [20, 29],
    ])
    await second.stop()
    await world.retire(topic)
  })
})

it('several triggerers share the partitions; one more and one less lose and double nothing', async () => {
  const topic = await world.topic(4)
  const uri = uriOf(topic)
  await world.publish(topic, [
    { uri, topic, extra: "{'n': value}" },
    { uri: `${uri}/batch`, topic, batch: { count: 50, within: '500ms' }, extra: "{'n': value}" },
  ])
  const one = await world.start()
  await watching(one, topic, 4)
  const numbers = Array.from({ length: 6000 }, (_, n) => n)
  const producing = (async () => {
    for (let at = 0; at < numbers.length; at += 200) await world.produce(topic, numbers.slice(at, at + 200), 4)
  })()
  const two = await world.start()
  await watching(two, topic, 2)
  await one.stop()
  await watching(two, topic, 4)
  await producing
  const taken = () => new Map(world.eventsOf(uri).map((event) => [event.id, JSON.parse(event.extra).n]))
  const batched = () =>
    [...new Map(world.eventsOf(`${uri}/batch`).map((event) => [event.id, JSON.parse(event.extra)])).values()].flatMap(({ messages }) =>
      messages.map(({ n }: { n: number }) => n),
    )
  await until('all of them', () => taken().size >= 6000 && batched().length >= 6000, 60_000)
  expect([...taken().values()].sort((a, b) => a - b)).toEqual(numbers)
  expect(batched().sort((a, b) => a - b)).toEqual(numbers)
  await two.stop()
}, 120_000)
