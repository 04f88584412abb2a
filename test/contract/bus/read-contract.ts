import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Start, SubscribeOptions } from '../../../services/platform/bus/port.ts'
import { subscribeAndCatchUp } from '../../../services/platform/bus/read-to-end.ts'
import { collectRecords, makeCollector } from '../../support/collect.ts'
import { type Kit, text } from './kit.ts'

/** What a subscription alone promises: where it begins, what it gives, when it says that it cannot. */
export const readContract = (kit: Kit): void => {
  const { newTopic, record, readAll } = kit

  describe('subscribe to all or to some partitions', () => {
    it('begins at the beginning, at an offset, or at the end', async () => {
      const topic = await newTopic(3)
      await kit.bus.send([0, 1, 2].flatMap((p) => ['a', 'b', 'c'].map((v) => record(topic, p, v))))
      const starts: readonly Start[] = ['beginning', 2, 'end']
      const { records, subscription } = await readAll(topic, (p) => starts[p] as Start)
      await kit.bus.send([0, 1, 2].map((p) => record(topic, p, 'd')))
      await records.until('a b c d, c d, d', (seen) => seen.length === 7)
      await subscription.close()
      expect([0, 1, 2].map((p) => records.seen.filter((r) => r.partition === p).map((r) => text(r.value)))).toEqual([['a', 'b', 'c', 'd'], ['c', 'd'], ['d']])
    })

    it('reads only the partitions that were asked for', async () => {
      const topic = await newTopic(4)
      const { records, subscription } = await readAll(topic, 'beginning', { assignment: { kind: 'only', partitions: { [topic]: [1, 3] } } })
      await kit.bus.send([0, 1, 2, 3].map((p) => record(topic, p, `${p}`)))
      await records.until('two', (seen) => seen.length === 2)
      await subscription.close()
      expect(records.seen.map((r) => text(r.value)).sort()).toEqual(['1', '3'])
    })

    it('misses nothing that is written after subscribe at the end, and goes on without a gap', async () => {
      const topic = await newTopic(1)
      await kit.bus.send([record(topic, 0, 'old')])
      const { records, subscription } = await readAll(topic, 'end')
      for (let i = 0; i < 20; i++) await kit.bus.send([record(topic, 0, `${i}`)])
      await records.until('twenty', (seen) => seen.length >= 20)
      await subscription.close()
      expect(records.seen.map((r) => text(r.value))).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`))
    })

    it('gives several subscriptions everything each, and reads a partition again from a position', async () => {
      const topic = await newTopic(1)
      await kit.bus.send(['a', 'b', 'c'].map((v) => record(topic, 0, v)))
      const [one, two] = await Promise.all([readAll(topic, 'beginning'), readAll(topic, 'beginning')])
      await Promise.all([one.records.until('three', (s) => s.length === 3), two.records.until('three', (s) => s.length === 3)])
      await Promise.all([one.subscription.close(), two.subscription.close()])
      const again = await readAll(topic, 1)
      await again.records.until('two', (s) => s.length === 2)
      await again.subscription.close()
      expect(again.records.seen.map((r) => [r.offset, text(r.value)])).toEqual([
        [1, 'b'],
        [2, 'c'],
      ])
    })

    it('delivers nothing after close', async () => {
      const topic = await newTopic(1)
      const { records, subscription } = await readAll(topic, 'beginning')
      await kit.bus.send([record(topic, 0, 'a')])
      await records.until('one', (s) => s.length === 1)
      await subscription.close()
      await kit.bus.send([record(topic, 0, 'b')])
      const fresh = await readAll(topic, 'beginning')
      await fresh.records.until('two', (s) => s.length === 2)
      await fresh.subscription.close()
      expect(records.seen.length).toBe(1)
    })

    it('reports a handler that throws, once, and stops', async () => {
      const topic = await newTopic(1)
      const failures = makeCollector<Error>(String)
      await kit.bus.subscribe({
        topics: [topic],
        assignment: { kind: 'all' },
        start: () => 'beginning',
        onRecords: () => {
          throw new Error('handler')
        },
        onFailed: (error) => failures.note(error),
      })
      await kit.bus.send([record(topic, 0, 'a')])
      await failures.until('one', (s) => s.length === 1)
      expect(failures.seen.map((e) => e.message)).toEqual(['handler'])
    })

    it('rejects an unknown topic', async () => {
      await expect(readAll(`nowhere-${randomUUID()}`, 'beginning')).rejects.toMatchObject({ code: 'topic_mismatch' })
      await expect(kit.bus.offsets(`nowhere-${randomUUID()}`)).rejects.toMatchObject({ code: 'topic_mismatch' })
    })
  })

  describe('positions that are lost', () => {
    const expectLost = async (topic: string, start: number): Promise<void> => {
      const { records, failures, subscription } = await readAll(topic, start)
      await failures.until('position_lost', (s) => s.length === 1)
      await subscription.close()
      expect(failures.seen[0]).toMatchObject({ code: 'position_lost', message: expect.stringContaining(`${topic}/0`) })
      expect(records.seen).toEqual([])
    }

    it('says so for a position behind the first record', async () => {
      const topic = await newTopic(1)
      await kit.bus.send(['a', 'b', 'c'].map((v) => record(topic, 0, v)))
      await kit.bus.deleteRecords(topic, 0, 2)
      await expectLost(topic, 1)
    })

    it('says so for a position after the end', async () => {
      const topic = await newTopic(1)
      await kit.bus.send([record(topic, 0, 'a')])
      await expectLost(topic, 2)
    })

    it('takes the first and the end offset themselves', async () => {
      const topic = await newTopic(2)
      await kit.bus.send([0, 1].flatMap((p) => ['a', 'b'].map((v) => record(topic, p, v))))
      await kit.bus.deleteRecords(topic, 0, 2)
      const { records, failures, subscription } = await readAll(topic, 2)
      await kit.bus.send([0, 1].map((p) => record(topic, p, 'c')))
      await records.until('two', (s) => s.length === 2)
      await subscription.close()
      expect(records.seen.map((r) => r.offset)).toEqual([2, 2])
      expect(failures.seen).toEqual([])
    })
  })

  describe('reading to the end', () => {
    const catchUp = async (topics: readonly string[], extra: Partial<SubscribeOptions> = {}) => {
      const records = collectRecords()
      const { subscription, caughtUp } = await subscribeAndCatchUp(kit.bus, {
        topics,
        assignment: { kind: 'all' },
        start: () => 'beginning',
        onRecords: (batch) => records.note(...batch),
        onFailed: (error) => records.note({ topic: 'failed', partition: 0, offset: 0, timestamp: 0, key: error.message, value: null, headers: {} }),
        ...extra,
      })
      return { records, subscription, caughtUp }
    }

    it('is at the end of empty topics at once', async () => {
      const { caughtUp, subscription } = await catchUp([await newTopic(3)])
      await caughtUp
      await subscription.close()
    })

    it('has given everything when it says so', async () => {
      const [a, b] = await Promise.all([newTopic(2), newTopic(1)])
      await kit.bus.send(Array.from({ length: 500 }, (_, i) => record(i % 5 === 0 ? b : a, i % 5 === 0 ? 0 : i % 2, `${i}`)))
      await kit.bus.deleteRecords(b, 0, 100) // low === high: at its end as it is
      const { caughtUp, records, subscription } = await catchUp([a, b])
      await caughtUp
      expect(records.seen.length).toBe(400)
      await subscription.close()
    })

    it('counts only the partitions and positions that are read', async () => {
      const topic = await newTopic(2)
      await kit.bus.send([0, 1].flatMap((p) => ['a', 'b'].map((v) => record(topic, p, v))))
      const only = await catchUp([topic], { assignment: { kind: 'only', partitions: { [topic]: [1] } }, start: () => 1 })
      await only.caughtUp
      expect(only.records.seen.map((r) => [r.partition, r.offset])).toEqual([[1, 1]])
      await only.subscription.close()
      const atEnd = await catchUp([topic], { start: () => 2 })
      await atEnd.caughtUp
      await atEnd.subscription.close()
    })
  })
}
