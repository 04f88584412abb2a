import { describe, expect, it } from 'vitest'
import {
  acquisitionRecord,
  decisionRecords,
  type JournalEntry,
  type JournalEvent,
  journalStart,
  makeJournalReader,
} from '../../../services/platform/bus/journal.ts'
import { makeLocalCodec } from '../../../services/platform/bus/local-codec.ts'
import type { Incoming, Outgoing } from '../../../services/platform/bus/port.ts'

const codec = makeLocalCodec()
const target = (owner: string) => ({ topic: 'journal', column: 3, owner })
const pause = (n: number, size = 0): JournalEvent => ({ type: 'DagPauseChanged', dagId: 'd', n, at: n, paused: true, reason: 'x'.repeat(size) })

const log = () => {
  const records: Incoming[] = []
  return {
    records,
    append: (...out: readonly Outgoing[]) => {
      for (const { topic, key, value, headers } of out)
        records.push({ topic, partition: 3, offset: records.length, timestamp: 0, key, value, headers: headers ?? {} })
    },
    acquire: (owner: string) => {
      const epoch = records.length
      const { topic, key, value, headers } = acquisitionRecord(codec, target(owner), 1, {})
      records.push({ topic, partition: 3, offset: epoch, timestamp: 0, key, value, headers: headers ?? {} })
      return epoch
    },
  }
}
const decision = (owner: string, epoch: number, seq: number, events: readonly JournalEvent[], commands = seq) =>
  decisionRecords(codec, target(owner), { epoch, seq, at: 1, positions: { commands }, events })
const read = (records: readonly Incoming[], from = journalStart): JournalEntry[] => {
  const reader = makeJournalReader(codec, from)
  return records.flatMap((record) => reader.read(record) ?? [])
}
const numbers = (entries: readonly JournalEntry[]) =>
  entries.flatMap((e) => (e.kind === 'decided' ? e.events.map((event) => ('n' in event ? event.n : 0)) : []))

describe('the journal', () => {
  it('counts decisions of the present epoch and owner, in order', () => {
    const j = log()
    const epoch = j.acquire('a')
    j.append(...decision('a', epoch, 1, [pause(1)]), ...decision('a', epoch, 2, [pause(2)]))
    expect(read(j.records)).toMatchObject([
      { kind: 'acquired', owner: 'a', offset: 0 },
      { kind: 'decided', seq: 1, positions: { commands: 1 } },
      { kind: 'decided', seq: 2 },
    ])
  })

  it('ignores a former owner, whatever it still writes', () => {
    const j = log()
    const old = j.acquire('a')
    j.append(...decision('a', old, 1, [pause(1)]))
    const epoch = j.acquire('b')
    j.append(...decision('a', old, 2, [pause(99)]), ...decision('b', epoch, 1, [pause(2)]), ...decision('a', epoch, 2, [pause(98)]))
    expect(numbers(read(j.records))).toEqual([1, 2])
  })

  it('ignores a seq that came before (a batch that a new producer sent again)', () => {
    const j = log()
    const epoch = j.acquire('a')
    const first = decision('a', epoch, 1, [pause(1)])
    j.append(...first, ...first, ...decision('a', epoch, 2, [pause(2)]), ...first)
    expect(numbers(read(j.records))).toEqual([1, 2])
  })

  it('says that history is impossible when a seq is missing', () => {
    const j = log()
    const epoch = j.acquire('a')
    j.append(...decision('a', epoch, 1, [pause(1)]), ...decision('a', epoch, 3, [pause(3)]))
    expect(() => read(j.records)).toThrow(/journal\/3 offset 2: seq 3 follows 1/)
  })

  it('B: a decision too big for a record is cut; all of it counts at the last part, which alone moves the positions', () => {
    const j = log()
    const epoch = j.acquire('a')
    const parts = decision(
      'a',
      epoch,
      1,
      [1, 2, 3, 4, 5].map((n) => pause(n, 300_000)),
      7,
    )
    expect(parts.length).toBeGreaterThan(1)
    j.append(...parts)
    expect(read(j.records.slice(0, -1)).filter((e) => e.kind === 'decided')).toEqual([])
    const [, decided] = read(j.records)
    expect(decided).toMatchObject({ kind: 'decided', positions: { commands: 7 } })
    expect(numbers(read(j.records))).toEqual([1, 2, 3, 4, 5])
  })

  it('B: a new epoch drops an unfinished decision', () => {
    const j = log()
    const old = j.acquire('a')
    const parts = decision(
      'a',
      old,
      1,
      [1, 2, 3, 4, 5].map((n) => pause(n, 300_000)),
    )
    j.append(...parts.slice(0, -1))
    const epoch = j.acquire('b')
    j.append(...parts.slice(-1), ...decision('b', epoch, 1, [pause(9)]))
    expect(numbers(read(j.records))).toEqual([9])
  })

  it('C: a reader that goes on from a position believes no zombie', () => {
    const j = log()
    const old = j.acquire('a')
    const epoch = j.acquire('b')
    j.append(...decision('b', epoch, 1, [pause(1)]))
    const reader = makeJournalReader(codec)
    for (const record of j.records) reader.read(record)
    const position = reader.position()
    j.append(...decision('a', old, 1, [pause(99)]), ...decision('b', epoch, 2, [pause(2)]))
    expect(numbers(read(j.records, position))).toEqual([2])
    expect(numbers(read(j.records.slice(position.offset), position))).toEqual([2])
  })

  it('a payload that cannot be read is lost alone: no gap behind it', () => {
    const j = log()
    const epoch = j.acquire('a')
    j.append(
      ...decision('a', epoch, 1, [pause(1)]),
      ...decision('a', epoch, 2, [pause(2)]).map((record) => ({ ...record, value: Buffer.from('?') })),
      ...decision('a', epoch, 3, [pause(3)]),
    )
    const reader = makeJournalReader(codec)
    const entries = j.records.flatMap((record) => reader.read(record) ?? [])
    expect(numbers(entries.filter(({ kind }) => kind !== 'lost'))).toEqual([1, 3])
    expect(entries.find(({ kind }) => kind === 'lost')).toMatchObject({ names: ['d/'], positions: { commands: 2 }, events: [], error: { code: 'undecodable' } })
  })

  it('one event too big for a record is refused by name; one that is only too big for a part is not', () => {
    expect(decision('a', 0, 1, [pause(1, 800_000)])).toHaveLength(1)
    expect(() => decision('a', 0, 1, [pause(1, 950_000)])).toThrow(/DagPauseChanged of d/)
  })
})
