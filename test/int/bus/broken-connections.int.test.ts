/** What an idempotent producer is for, and kafkajs' own loses: an answer that never comes. Counted, not believed. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { KafkaConfig } from '../../../services/platform/bus/kafka/client.ts'
import { openKafkaBus } from '../../../services/platform/bus/kafka/open-kafka-bus.ts'
import type { Ack, Bus, Incoming } from '../../../services/platform/bus/port.ts'
import { subscribeAndCatchUp } from '../../../services/platform/bus/read-to-end.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { collectRecords } from '../../support/collect.ts'
import { stackEnv } from '../../support/stack-env.ts'
import { type Address, openTcpProxy, type TcpProxy, type Verdict } from '../../support/tcp-proxy.ts'

const log = makeLog('test', 'silent')
const produce = 0
const fetch = 1
const partitions = 4

describe('a broken connection to the broker', () => {
  let direct: Bus
  let broker: Address
  let proxy: TcpProxy
  let topic: string
  beforeAll(async () => {
    const [host = '', port] = (stackEnv('KAFKA_BROKERS').split(',')[0] ?? '').split(':')
    broker = { host, port: Number(port) }
    direct = await openKafkaBus({ brokers: [`${host}:${port}`], clientId: 'direct', log })
  })
  afterAll(() => direct?.close())
  beforeEach(async () => {
    proxy = await openTcpProxy(broker)
    topic = `broken-${randomUUID()}`
    await direct.ensureTopics([{ topic, partitions, config: {} }])
  })
  afterEach(() => proxy.close())

  /** kafkajs follows the addresses that the broker advertises, so each connection is led to the proxy. */
  const openProxied = (more: Partial<KafkaConfig> = {}): Promise<Bus> =>
    openKafkaBus({ brokers: [`${broker.host}:${broker.port}`], clientId: 'proxied', log, route: () => proxy.address, ...more })

  const sendMany = async (bus: Bus, count: number, inFlight: number): Promise<readonly Ack[]> => {
    const acks: Ack[] = []
    let next = 0
    const lane = async (): Promise<void> => {
      for (let i = next++; i < count; i = next++) {
        const [ack] = await bus.send([{ topic, partition: i % partitions, key: 'k', value: Buffer.from(`${i}`) }])
        if (ack) acks[i] = ack
      }
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
    return acks
  }
  const readBack = async (): Promise<readonly Incoming[]> => {
    const records = collectRecords()
    const { subscription, caughtUp } = await subscribeAndCatchUp(direct, {
      topics: [topic],
      assignment: { kind: 'all' },
      start: () => 'beginning',
      onRecords: (batch) => records.note(...batch),
      onFailed: (error) => expect.fail(error.message),
    })
    await caughtUp
    await subscription.close()
    return records.seen
  }
  const count = (acks: readonly Ack[], records: readonly Incoming[]) => {
    const times = new Map<string, number>()
    const at = new Map<string, string>()
    for (const { value, partition, offset } of records) {
      const text = value?.toString() ?? ''
      times.set(text, (times.get(text) ?? 0) + 1)
      at.set(`${partition}/${offset}`, text)
    }
    return {
      acknowledged: acks.length,
      lost: acks.filter((_, i) => !times.has(`${i}`)).length,
      doubled: acks.filter((_, i) => (times.get(`${i}`) ?? 0) > 1).length,
      wronglyPlaced: acks.filter(({ partition, offset }, i) => at.get(`${partition}/${offset}`) !== `${i}`).length,
      read: records.length,
    }
  }

  it('loses and doubles nothing when answers to sends are cut after the request was forwarded', async () => {
    const sends = 4000
    let answers = 0
    let cuts = 0
    proxy.judge = (apiKey) => {
      if (apiKey !== produce || ++answers % 8 !== 0) return 'pass'
      cuts++
      return { cutAfterBytes: cuts % 2 === 0 ? 0 : 6 } // half of them in the middle of the answer
    }
    const bus = await openProxied()
    const acks = await sendMany(bus, sends, 25)
    await bus.close()
    expect(cuts).toBeGreaterThan(10)
    expect(count(acks, await readBack())).toEqual({ acknowledged: sends, lost: 0, doubled: 0, wronglyPlaced: 0, read: sends })
  })

  it('loses and doubles nothing when the broker stalls for longer than a request may take', async () => {
    const sends = 3000
    let answers = 0
    let stalls = 0
    const resumed: Promise<void>[] = []
    proxy.judge = (apiKey) => {
      if (apiKey === produce && ++answers % 50 === 0 && stalls < 3) {
        stalls++
        proxy.stall()
        resumed.push(new Promise((resolve) => setTimeout(() => resolve(proxy.resume()), 3500)))
      }
      return 'pass'
    }
    const bus = await openProxied({ requestTimeoutMs: 1000 })
    const acks = await sendMany(bus, sends, 15)
    await Promise.all(resumed)
    await bus.close()
    expect(stalls).toBe(3)
    expect(count(acks, await readBack())).toEqual({ acknowledged: sends, lost: 0, doubled: 0, wronglyPlaced: 0, read: sends })
  })

  it('gives a reader everything once and in order when its fetches are cut', async () => {
    const sends = 3000
    let answers = 0
    let cuts = 0
    proxy.judge = (apiKey) => {
      if (apiKey !== fetch || ++answers % 5 !== 0) return 'pass'
      cuts++
      return { cutAfterBytes: cuts % 2 === 0 ? 0 : 40 }
    }
    const bus = await openProxied()
    const records = collectRecords()
    const subscription = await bus.subscribe({
      topics: [topic],
      assignment: { kind: 'all' },
      start: () => 'beginning',
      onRecords: (batch) => records.note(...batch),
      onFailed: (error) => expect.fail(error.message),
    })
    await sendMany(direct, sends, 2)
    await records.until('all', (seen) => seen.length >= sends)
    await subscription.close()
    await bus.close()
    expect(cuts).toBeGreaterThan(3)
    for (let partition = 0; partition < partitions; partition++) {
      const offsets = records.seen.filter((r) => r.partition === partition).map((r) => r.offset)
      expect(offsets).toEqual(Array.from({ length: sends / partitions }, (_, i) => i))
    }
  })

  it('opens, joins its group, reads and sends although connections are cut meanwhile', async () => {
    const begun = 4
    let answers = 0
    let cuts = 0
    const judge = (): Verdict => {
      if (++answers % 7 !== 0) return 'pass'
      cuts++
      return { cutAfterBytes: cuts % 8 }
    }
    const failed: Error[] = []
    const begin = async (i: number): Promise<void> => {
      const bus = await openProxied({ clientId: `proxied-${i}` })
      const records = collectRecords()
      const subscription = await bus.subscribe({
        topics: [topic],
        assignment: i % 2 === 0 ? { kind: 'all' } : { kind: 'columns', group: `${topic}-${i}`, columnTopics: [topic] },
        start: () => 'beginning',
        onRecords: (batch) => records.note(...batch),
        onFailed: (error) => failed.push(error),
      })
      await bus.send([{ topic, partition: i % partitions, key: 'k', value: Buffer.from(`${i}`) }])
      await records.until('a record', (seen) => seen.length > 0)
      await subscription.close()
      await bus.close()
    }
    proxy.judge = judge
    const calm = setTimeout(() => {
      proxy.judge = () => 'pass'
    }, 1000)
    await Promise.all(Array.from({ length: begun }, (_, i) => begin(i)))
    clearTimeout(calm)
    expect(failed).toEqual([])
    expect(cuts).toBeGreaterThan(1)
    expect((await readBack()).map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(Array.from({ length: begun }, (_, i) => i))
  })
})
