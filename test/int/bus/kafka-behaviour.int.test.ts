/** What only a real broker does, and what kafkajs would make of it. */
import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openKafkaBus } from '../../../services/platform/bus/kafka/open-kafka-bus.ts'
import type { Bus } from '../../../services/platform/bus/port.ts'
import { subscribeAndCatchUp } from '../../../services/platform/bus/read-to-end.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { collectRecords, makeCollector } from '../../support/collect.ts'
import { stackEnv } from '../../support/stack-env.ts'
import { openTcpProxy } from '../../support/tcp-proxy.ts'

describe('the bus on a real broker', () => {
  let bus: Bus
  let brokers: string[]
  beforeAll(async () => {
    brokers = stackEnv('KAFKA_BROKERS').split(',')
    bus = await openKafkaBus({ brokers, clientId: 'test', log: makeLog('test', 'silent') })
  })
  afterAll(() => bus?.close())
  const newTopic = async (partitions: number, config: Record<string, string> = {}): Promise<string> => {
    const topic = `kafka-${randomUUID()}`
    await bus.ensureTopics([{ topic, partitions, config }])
    return topic
  }

  it('rejects alone what a topic finds too big, and sends what was in the same batch', async () => {
    const [small, other] = await Promise.all([newTopic(2, { 'max.message.bytes': '2000' }), newTopic(1)])
    const send = (topic: string, partition: number, bytes: number) => bus.send([{ topic, partition, key: 'k', value: Buffer.alloc(bytes, 1) }])
    const results = await Promise.allSettled([
      send(small, 0, 10),
      send(other, 0, 10),
      send(small, 0, 5000),
      send(small, 1, 900),
      send(small, 1, 900),
      send(small, 1, 900),
      send(small, 0, 20),
      send(other, 0, 20),
    ])
    expect(results.map((r) => (r.status === 'rejected' ? r.reason.code : r.value[0]?.offset))).toEqual([0, 0, 'too_big', 0, 1, 2, 1, 1])
    expect((await bus.offsets(small)).partitions.map((p) => p.high)).toEqual([2, 3])
    expect((await bus.offsets(other)).partitions.map((p) => p.high)).toEqual([2])
  })

  it('reads to the end of a partition that ends with the marker of a transaction', async () => {
    const topic = await newTopic(1)
    const kafka = new Kafka({ brokers, clientId: 'foreign', logLevel: logLevel.NOTHING })
    const producer = kafka.producer({ transactionalId: `t-${randomUUID()}`, maxInFlightRequests: 1, idempotent: true, allowAutoTopicCreation: false })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({
      topic,
      messages: [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    })
    await transaction.commit()
    const aborted = await producer.transaction()
    await aborted.send({ topic, messages: [{ key: 'a', value: 'never' }] })
    await aborted.abort()
    await producer.disconnect()
    const records = collectRecords()
    const { caughtUp, subscription } = await subscribeAndCatchUp(bus, {
      topics: [topic],
      assignment: { kind: 'all' },
      start: () => 'beginning',
      onRecords: (batch) => records.note(...batch),
      onFailed: (error) => expect.fail(error.message),
    })
    await caughtUp
    expect(records.seen.map((r) => r.value?.toString())).toEqual(['1', '2'])
    await bus.send([{ topic, partition: 0, key: 'a', value: Buffer.from('3') }])
    await records.until('three', (seen) => seen.length === 3)
    await subscription.close()
  })

  it('takes no deletion up to where a reader stands for a lost position', async () => {
    const topic = await newTopic(1)
    const send = (value: string) => bus.send([{ topic, partition: 0, key: 'k', value: Buffer.from(value) }])
    const records = collectRecords()
    const failures = makeCollector<Error>(String)
    const subscription = await bus.subscribe({
      topics: [topic],
      assignment: { kind: 'all' },
      start: () => 0,
      onRecords: (batch) => records.note(...batch),
      onFailed: (error) => failures.note(error),
    })
    await send('a')
    await records.until('one', (seen) => seen.length === 1)
    await bus.deleteRecords(topic, 0, 1)
    await send('b')
    await records.until('two', (seen) => seen.length === 2)
    await subscription.close()
    expect(failures.seen).toEqual([])
  })

  it('says position_lost when records are deleted that a slow reader had not read', async () => {
    const topic = await newTopic(1)
    const send = (value: string) => bus.send([{ topic, partition: 0, key: 'k', value: Buffer.from(value) }])
    const [host = '', port] = (brokers[0] ?? '').split(':')
    const proxy = await openTcpProxy({ host, port: Number(port) })
    const slow = await openKafkaBus({ brokers, clientId: 'slow', log: makeLog('test', 'silent'), route: () => proxy.address })
    const records = collectRecords()
    const failures = makeCollector<Error>(String)
    await slow.subscribe({
      topics: [topic],
      assignment: { kind: 'all' },
      start: () => 0,
      onRecords: (batch) => records.note(...batch),
      onFailed: (error) => failures.note(error),
    })
    await send('a')
    await records.until('one', (seen) => seen.length === 1)
    proxy.stall()
    for (const value of ['b', 'c', 'd', 'e']) await send(value)
    await bus.deleteRecords(topic, 0, 4)
    proxy.resume()
    await failures.until('position_lost', (seen) => seen.length === 1)
    expect(failures.seen[0]).toMatchObject({ code: 'position_lost', message: expect.stringContaining(`${topic}/0`) })
    expect(records.seen.map((r) => r.value?.toString())).not.toContain('e')
    await slow.close()
    await proxy.close()
  })

  it('tells a member whose session was lost, also when it gets the same columns back, and goes on where it was', async () => {
    const topic = await newTopic(2)
    const assigned = makeCollector<readonly number[]>()
    const records = collectRecords()
    const subscription = await bus.subscribe({
      topics: [topic],
      assignment: { kind: 'columns', group: `g-${randomUUID()}`, columnTopics: [topic] },
      pace: 'fast',
      start: () => 'beginning',
      onAssigned: (columns) => assigned.note(columns),
      onRecords: (batch) => records.note(...batch),
      onFailed: (error) => expect.fail(error.message),
    })
    await bus.send([0, 1].map((partition) => ({ topic, partition, key: 'k', value: Buffer.from('before') })))
    await records.until('two', (seen) => seen.length === 2)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4500) // this process stands still for longer than its session
    await assigned.until('assigned again', (seen) => seen.length === 2)
    expect(assigned.seen).toEqual([
      [0, 1],
      [0, 1],
    ])
    await bus.send([0, 1].map((partition) => ({ topic, partition, key: 'k', value: Buffer.from('after') })))
    await records.until('two more', (seen) => seen.length === 4)
    await subscription.close()
    expect(records.seen.map((r) => r.value?.toString()).sort()).toEqual(['after', 'after', 'before', 'before'])
  })

  it('closes a calm subscription without waiting for its long poll', async () => {
    const topic = await newTopic(1)
    const other = await openKafkaBus({ brokers, clientId: 'test-close', log: makeLog('test', 'silent') })
    await other.subscribe({
      topics: [topic],
      assignment: { kind: 'all' },
      start: () => 'end',
      onRecords: () => undefined,
      onFailed: (error) => expect.fail(error.message),
    })
    const longPollMs = 5000
    const before = performance.now()
    await other.close()
    expect(performance.now() - before).toBeLessThan(longPollMs / 2)
  })
})
