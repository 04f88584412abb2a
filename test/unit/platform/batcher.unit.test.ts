/** The batcher against a producer that fails as told: what is sent again, by whom, and what is rejected. */
import type { Producer, ProducerBatch, RecordMetadata } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { openBatcher } from '../../../services/platform/bus/kafka/batcher.ts'
import type { Client } from '../../../services/platform/bus/kafka/client.ts'
import type { Outgoing } from '../../../services/platform/bus/port.ts'
import { makeLog } from '../../../services/platform/log.ts'

type Choose = (args: { topic: string; partitionMetadata: unknown[]; message: unknown }) => number
interface Request {
  readonly producer: number
  /** `topic/partition: values`. */
  readonly groups: readonly string[]
}
/** What the broker answers to the nth request: undefined accepts it. */
type Plan = (n: number, request: Request) => { type?: string; message?: string; forget?: string } | undefined

const setUp = async (plan: Plan) => {
  const requests: Request[] = []
  const ends = new Map<string, number>()
  let producers = 0
  const makeProducer = ({ createPartitioner }: { createPartitioner: () => Choose }): Partial<Producer> => {
    const id = ++producers
    const choose = createPartitioner()
    return {
      connect: async () => undefined,
      disconnect: async () => undefined,
      sendBatch: async ({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> => {
        const groups = new Map<string, string[]>()
        for (const { topic, messages } of topicMessages)
          for (const message of messages) {
            const partition = choose({ topic, partitionMetadata: [{}, {}, {}], message })
            groups.set(`${topic}/${partition}`, [...(groups.get(`${topic}/${partition}`) ?? []), String(message.value)])
          }
        const request = { producer: id, groups: [...groups].map(([place, values]) => `${place}: ${values.join(' ')}`) }
        requests.push(request)
        await new Promise((resolve) => setImmediate(resolve))
        const trouble = plan(requests.length, request)
        if (trouble && trouble.forget === undefined) throw Object.assign(new Error(trouble.message ?? trouble.type), { type: trouble.type })
        return [...groups]
          .filter(([place]) => place !== trouble?.forget)
          .map(([place, values]) => {
            const [topicName = '', partition] = place.split('/')
            const baseOffset = ends.get(place) ?? 0
            ends.set(place, baseOffset + values.length)
            return { topicName, partition: Number(partition), errorCode: 0, baseOffset: String(baseOffset) }
          })
      },
    }
  }
  const client = { kafka: { producer: makeProducer }, cutFetches: () => undefined, hush: () => undefined } as unknown as Client
  const batcher = await openBatcher(client, makeLog('test', 'silent'))
  return { batcher, requests }
}
const record = (value: string, partition = 0, topic = 't'): Outgoing => ({ topic, partition, key: 'k', value: Buffer.from(value) })

describe('the batcher', () => {
  it('sends what is given in one turn together, then what queued meanwhile, one request at a time', async () => {
    const { batcher, requests } = await setUp(() => undefined)
    const first = batcher.send([record('a')])
    const second = batcher.send([record('b', 1)])
    await new Promise((resolve) => setImmediate(resolve))
    const later = ['c', 'd', 'e'].map((v) => batcher.send([record(v)]))
    expect((await Promise.all([first, second, ...later])).flat().map((a) => a.offset)).toEqual([0, 0, 1, 2, 3])
    expect(requests.map((r) => r.groups)).toEqual([['t/0: a', 't/1: b'], ['t/0: c d e']])
  })

  it('cuts batches at 1,000 records and at 900 kB, and lets a bigger record go alone', async () => {
    const { batcher, requests } = await setUp(() => undefined)
    await batcher.send(Array.from({ length: 2500 }, () => record('x')))
    expect(requests.map((r) => (r.groups[0] ?? '').split(' ').length - 1)).toEqual([1000, 1000, 500])
    requests.length = 0
    await Promise.all(['a', 'b', 'c', 'd'].map((v, i) => batcher.send([record(v.repeat(i === 2 ? 990_000 : 400_000))])))
    expect(
      requests.map((r) =>
        (r.groups[0] ?? '')
          .split(' ')
          .slice(1)
          .map((v) => v[0]),
      ),
    ).toEqual([['a', 'b'], ['c'], ['d']])
  })

  it('asks again partition by partition with the same producer after a rejected request', async () => {
    const { batcher, requests } = await setUp((n) => (n === 1 ? { message: 'something odd' } : undefined))
    const acks = await batcher.send([record('a', 0), record('b', 1), record('c', 0)])
    expect(acks.map((a) => [a.partition, a.offset])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ])
    expect(requests).toEqual([
      { producer: 1, groups: ['t/0: a c', 't/1: b'] },
      { producer: 1, groups: ['t/0: a c'] },
      { producer: 1, groups: ['t/1: b'] },
    ])
  })

  it('takes a new producer when the broker disowns this one, and sends again what has no answer', async () => {
    const { batcher, requests } = await setUp((_, { producer, groups }) =>
      producer === 1 && groups.length === 1 && groups[0]?.startsWith('t/1')
        ? { type: 'OUT_OF_ORDER_SEQUENCE_NUMBER' }
        : groups.length > 1 && producer === 1
          ? { type: 'OUT_OF_ORDER_SEQUENCE_NUMBER' }
          : undefined,
    )
    await batcher.send([record('a', 0), record('b', 1), record('c', 1)])
    expect(requests.map((r) => `${r.producer} ${r.groups.join(', ')}`)).toEqual(['1 t/0: a, t/1: b c', '1 t/0: a', '1 t/1: b c', '2 t/1: b c'])
  })

  it('rejects alone the record that the broker finds too large', async () => {
    const { batcher } = await setUp((_, { groups }) => (groups.some((g) => g.includes('BIG')) ? { type: 'MESSAGE_TOO_LARGE' } : undefined))
    const results = await Promise.allSettled(['a', 'b', 'BIG', 'c'].map((v) => batcher.send([record(v)])))
    expect(results.map((r) => (r.status === 'rejected' ? r.reason.code : r.value[0]?.offset))).toEqual([0, 1, 'too_big', 2])
  })

  it('says which topic refuses a record, and goes on', async () => {
    const { batcher } = await setUp((_, { groups }) =>
      groups.some((g) => g.startsWith('secret/')) ? { type: 'TOPIC_AUTHORIZATION_FAILED', message: 'not authorized' } : undefined,
    )
    const results = await Promise.allSettled([batcher.send([record('a')]), batcher.send([record('b', 0, 'secret')]), batcher.send([record('c')])])
    expect(results.map((r) => (r.status === 'rejected' ? r.reason.message : r.value[0]?.offset))).toEqual([
      0,
      expect.stringMatching(/topic secret: not authorized/),
      1,
    ])
  })

  it('sends again what got no answer in an answered request', async () => {
    const { batcher, requests } = await setUp((n) => (n === 1 ? { forget: 't/1' } : undefined))
    const acks = await batcher.send([record('a', 0), record('b', 1)])
    expect(acks.map((a) => [a.partition, a.offset])).toEqual([
      [0, 0],
      [1, 0],
    ])
    expect(requests.map((r) => r.groups)).toEqual([['t/0: a', 't/1: b'], ['t/1: b']])
  })

  it('rejects what a broker that never answers left open when it closes', async () => {
    const { batcher } = await setUp(() => ({ message: 'no' }))
    const open = [batcher.send([record('a')]), batcher.send([record('b')])].map((p) => p.catch((error: { code: string }) => error.code))
    await batcher.close(10)
    expect(await Promise.all(open)).toEqual(['shutting_down', 'shutting_down'])
    await expect(batcher.send([record('c')])).rejects.toMatchObject({ code: 'shutting_down' })
  })
})
