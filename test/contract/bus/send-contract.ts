import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { columnOf } from '../../../services/core/column.ts'
import { type Kit, text } from './kit.ts'

/** What `send` promises. */
export const sendContract = (kit: Kit): void => {
  const { newTopic, record, readAll } = kit

  describe('send', () => {
    it('answers the place of each record, in the order given', async () => {
      const topic = await newTopic(3)
      const first = await kit.bus.send([record(topic, 2, 'a'), record(topic, 0, 'b'), record(topic, 2, 'c')])
      expect(first).toEqual([
        { topic, partition: 2, offset: 0 },
        { topic, partition: 0, offset: 0 },
        { topic, partition: 2, offset: 1 },
      ])
      expect(await kit.bus.send([record(topic, 2, 'd')])).toEqual([{ topic, partition: 2, offset: 2 }])
    })

    it('keeps a caller’s order over many batches and answers offsets that are true', async () => {
      const topic = await newTopic(2)
      const count = 3000
      const acks = await Promise.all(Array.from({ length: count }, (_, i) => kit.bus.send([record(topic, i % 2, `${i}`)])))
      const { records, subscription } = await readAll(topic, 'beginning')
      await records.until('all records', (seen) => seen.length === count)
      await subscription.close()
      for (const partition of [0, 1]) {
        const mine = records.seen.filter((r) => r.partition === partition)
        expect(mine.map((r) => Number(text(r.value)))).toEqual(Array.from({ length: count / 2 }, (_, i) => 2 * i + partition))
      }
      for (const { partition, offset, value } of records.seen) expect(acks[Number(text(value))]).toEqual([{ topic, partition, offset }])
    })

    it('places a record without partition by murmur2 of its key, as columnOf does', async () => {
      const topic = await newTopic(12)
      const keys = ['user_processing', 'a', 'ab', 'abc', 'abcd', 'ünï-cødé', '日本語', 'x'.repeat(250), ...Array.from({ length: 50 }, () => randomUUID())]
      const acks = await kit.bus.send(keys.map((key) => ({ topic, key, value: Buffer.from('v') })))
      expect(acks.map((a) => a.partition)).toEqual(keys.map((key) => columnOf(key, 12)))
    })

    it('carries tombstones, empty values, headers and keys as they are', async () => {
      const topic = await newTopic(1)
      const headers = { 'event-id': 'e1', traceparent: '00-ü', empty: '' }
      const before = Date.now()
      await kit.bus.send([
        { topic, key: 'tömb', value: null, headers },
        { topic, key: 'bytes', value: Buffer.from([0, 255, 128]) },
        { topic, key: '', value: Buffer.alloc(0) },
      ])
      const { records, subscription } = await readAll(topic, 'beginning')
      await records.until('three', (seen) => seen.length === 3)
      await subscription.close()
      const [tombstone, bytes, empty] = records.seen
      expect(tombstone).toMatchObject({ topic, partition: 0, offset: 0, key: 'tömb', value: null, headers })
      expect(bytes).toMatchObject({ key: 'bytes', headers: {} })
      expect(bytes?.value).toEqual(Buffer.from([0, 255, 128]))
      expect(empty?.value).toEqual(Buffer.alloc(0))
      expect(tombstone?.timestamp).toBeGreaterThanOrEqual(before - 1000)
      expect(tombstone?.timestamp).toBeLessThanOrEqual(Date.now() + 1000)
    })

    it('rejects a record over 1 MB alone', async () => {
      const topic = await newTopic(1, { 'max.message.bytes': '1200000' })
      const results = await Promise.allSettled([
        kit.bus.send([record(topic, 0, 'before')]),
        kit.bus.send([record(topic, 0, 'x'.repeat(1_000_001))]),
        kit.bus.send([record(topic, 0, 'y'.repeat(990_000))]),
        kit.bus.send([record(topic, 0, 'after')]),
      ])
      expect(results.map((r) => (r.status === 'rejected' ? r.reason.code : r.value[0]?.offset))).toEqual([0, 'too_big', 1, 2])
    })

    it('rejects what has no place: an unknown topic, a partition that is not there', async () => {
      const topic = await newTopic(2)
      await expect(kit.bus.send([record(`nowhere-${randomUUID()}`, 0, 'a')])).rejects.toMatchObject({ code: 'topic_mismatch' })
      await expect(kit.bus.send([record(topic, 2, 'a')])).rejects.toMatchObject({ code: 'topic_mismatch', message: expect.stringContaining('2 partitions') })
      expect(await kit.bus.send([record(topic, 1, 'a')])).toEqual([{ topic, partition: 1, offset: 0 }])
    })

    it('sends what is queued before it closes, and nothing after', async () => {
      const topic = await newTopic(1)
      const other = await kit.open()
      const sent = Array.from({ length: 50 }, (_, i) => other.send([record(topic, 0, `${i}`)]))
      await sent[0]
      await other.close()
      expect((await Promise.all(sent)).map(([ack]) => ack?.offset)).toEqual(Array.from({ length: 50 }, (_, i) => i))
      await expect(other.send([record(topic, 0, 'late')])).rejects.toMatchObject({ code: 'shutting_down' })
    })
  })
}
