import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Bus, Subscription } from '../../../services/platform/bus/port.ts'
import { collectRecords, makeCollector } from '../../support/collect.ts'
import { type Kit, text } from './kit.ts'

/** What a group that shares columns promises. */
export const columnsContract = (kit: Kit): void => {
  const { newTopic, record } = kit

  describe('groups of columns', () => {
    interface Member {
      readonly bus: Bus
      readonly subscription: Subscription
      readonly columns: ReturnType<typeof makeCollector<readonly number[]>>
      readonly records: ReturnType<typeof collectRecords>
    }
    const now = (member: Member): readonly number[] => member.columns.seen.at(-1) ?? []
    const join = async (group: string, columnTopics: readonly string[], others: readonly string[] = []): Promise<Member> => {
      const own = await kit.open()
      const columns = makeCollector<readonly number[]>()
      const records = collectRecords()
      const subscription = await own.subscribe({
        topics: [...columnTopics, ...others],
        assignment: { kind: 'columns', group, columnTopics },
        pace: 'fast',
        start: () => 'beginning',
        onAssigned: (c) => columns.note([...c]),
        onRecords: (batch) => records.note(...batch),
        onFailed: (error) => records.note({ topic: 'failed', partition: 0, offset: 0, timestamp: 0, key: error.message, value: null, headers: {} }),
      })
      return { bus: own, subscription, columns, records }
    }
    const settle = async (members: readonly Member[], columns: number): Promise<void> => {
      const isSettled = (): boolean => {
        const all = members.flatMap(now)
        const sizes = members.map((m) => now(m).length)
        return all.length === columns && new Set(all).size === columns && Math.max(...sizes) - Math.min(...sizes) <= 1
      }
      while (!isSettled()) await Promise.race(members.map((m) => m.columns.until('another assignment', () => isSettled() || false)))
    }
    const leave = async (member: Member): Promise<void> => {
      await member.subscription.close()
      await member.bus.close()
    }

    it('gives one member all columns whole, and the other topics to everyone', async () => {
      const [a, b, other] = await Promise.all([newTopic(4), newTopic(4), newTopic(3)])
      const group = `g-${randomUUID()}`
      const one = await join(group, [a, b], [other])
      await one.columns.until('all', (s) => s.at(-1)?.length === 4)
      const two = await join(group, [a, b], [other])
      await settle([one, two], 4)
      await kit.bus.send([...[0, 1, 2, 3].flatMap((p) => [record(a, p, 'x'), record(b, p, 'x')]), ...[0, 1, 2].map((p) => record(other, p, 'x'))])
      await Promise.all([one, two].map((m) => m.records.until('2 columns of 2 topics and 3 others', (s) => s.length >= 7)))
      for (const member of [one, two]) {
        const of = (topic: string): number[] =>
          member.records.seen
            .filter((r) => r.topic === topic)
            .map((r) => r.partition)
            .sort()
        expect(of(a)).toEqual(now(member))
        expect(of(b)).toEqual(now(member))
        expect(of(other)).toEqual([0, 1, 2])
      }
      await leave(one)
      await leave(two)
    })

    it('shares among three, keeps what a member has, and takes over what one leaves, from where start says', async () => {
      const topic = await newTopic(6)
      const group = `g-${randomUUID()}`
      const one = await join(group, [topic])
      await one.columns.until('all six', (s) => s.at(-1)?.length === 6)
      await kit.bus.send([0, 1, 2, 3, 4, 5].map((p) => record(topic, p, 'first')))
      await one.records.until('six', (s) => s.length === 6)
      const two = await join(group, [topic])
      await settle([one, two], 6)
      const three = await join(group, [topic])
      await settle([one, two, three], 6)
      for (const member of [one, two]) {
        const before = member.columns.seen.at(-2) ?? []
        expect(now(member).every((c) => before.includes(c))).toBe(true)
      }
      const left = now(two)
      await leave(two)
      await settle([one, three], 6)
      expect([...now(one), ...now(three)]).toEqual(expect.arrayContaining([...left]))
      await kit.bus.send([0, 1, 2, 3, 4, 5].map((p) => record(topic, p, 'second')))
      await Promise.all(
        [one, three].map((m) =>
          m.records.until('second of each column', (s) => now(m).every((c) => s.some((r) => r.partition === c && text(r.value) === 'second'))),
        ),
      )
      // what came newly was read from its beginning; what stayed was not read again
      for (const member of [one, three]) {
        for (const column of now(member)) {
          const mine = member.records.seen.filter((r) => r.partition === column)
          expect(mine.at(-1)).toMatchObject({ offset: 1 })
          expect(mine.some((r) => r.offset === 0)).toBe(true)
        }
      }
      await leave(one)
      await leave(three)
    })
  })
}
