import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Kit, text } from './kit.ts'

/** What the bus promises about topics themselves. */
export const topicsContract = (kit: Kit): void => {
  const { newTopic, record, readAll } = kit

  describe('topics', () => {
    it('creates what is missing, at once usable, and says nothing of what is as asked', async () => {
      const topics = [0, 1, 2].map((i) => ({ topic: `contract-${randomUUID()}`, partitions: i + 1, config: { 'cleanup.policy': 'compact' } }))
      expect([...(await kit.bus.ensureTopics(topics)).values()].flat()).toEqual([])
      const again = await kit.bus.ensureTopics(topics)
      expect([...again.keys()].sort()).toEqual(topics.map((t) => t.topic).sort())
      expect([...again.values()].flat()).toEqual([])
      for (const { topic, partitions } of topics) expect((await kit.bus.offsets(topic)).partitions.length).toBe(partitions)
    })

    it('says in words where an existing one differs, and leaves it', async () => {
      const topic = await newTopic(4, { 'cleanup.policy': 'delete', 'retention.ms': '1000' })
      const asked = { topic, partitions: 6, config: { 'cleanup.policy': 'compact', 'retention.ms': '1000' } }
      const words = (await kit.bus.ensureTopics([asked])).get(topic)
      expect(words).toEqual(['it has 4 partitions, wanted are 6', 'its cleanup.policy is delete, wanted is compact'])
      expect((await kit.bus.offsets(topic)).partitions.length).toBe(4)
    })

    it('tells first and next offsets, and deletes what lies before one', async () => {
      const topic = await newTopic(2)
      await kit.bus.send(['a', 'b', 'c'].map((v) => record(topic, 1, v)))
      await kit.bus.deleteRecords(topic, 1, 2)
      await kit.bus.deleteRecords(topic, 1, 1) // less than was deleted already: nothing to do
      expect((await kit.bus.offsets(topic)).partitions).toEqual([
        { partition: 0, low: 0, high: 0 },
        { partition: 1, low: 2, high: 3 },
      ])
      await expect(kit.bus.deleteRecords(topic, 1, 4)).rejects.toMatchObject({ code: 'position_lost' })
      const { records, subscription } = await readAll(topic, 'beginning')
      await records.until('one', (s) => s.length === 1)
      await subscription.close()
      expect(records.seen.map((r) => text(r.value))).toEqual(['c'])
    })
  })
}
