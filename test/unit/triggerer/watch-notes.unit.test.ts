import { describe, expect, it } from 'vitest'
import { makeLocalCodec } from '../../../services/platform/bus/local-codec.ts'
import { readNote, watchHash, writeNote } from '../../../services/triggerer/watchers/notes.ts'
import { makeWatchTable } from '../../../services/triggerer/watchers/watch-table.ts'

describe('the note beside an offset', () => {
  it('is read as it was written', () => {
    const note = {
      partitions: 6,
      position: 1_000_000,
      watches: new Map([
        [watchHash('a'), { from: 999_000, planned: [] }],
        [
          watchHash('b'),
          {
            from: 999_100,
            planned: [
              { from: 999_100, end: 999_600 },
              { from: 999_700, end: 1_000_000 },
            ],
          },
        ],
      ]),
    }
    const text = writeNote(note)
    expect(text).toBe(`{"v":1,"n":6,"p":1000000,"w":{"${watchHash('a')}":[999000],"${watchHash('b')}":[999100,0,500,100,300]}}`)
    expect(readNote(text)).toEqual(note)
  })

  it.each([null, '', 'of another client', '{"v":2}', '{"v":1,'])('%s is none of ours', (text) => {
    expect(readNote(text)).toBeNull()
  })

  it('has a limit, which is told', () => {
    const watches = new Map(Array.from({ length: 300 }, (_, i) => [watchHash(String(i)), { from: 1_000_000 + i, planned: [] }]))
    expect(() => writeNote({ partitions: 1, position: 0, watches })).toThrow(
      /the positions of 300 watches with batches are \d+ bytes, at most 4000 fit beside an offset/,
    )
  })
})

describe('the table of watches', () => {
  const codec = makeLocalCodec()
  const table = makeWatchTable(codec)
  const take = (dagId: string, watches: readonly object[] | null, bundle: string | null = null) =>
    table.take({
      ...{ topic: 'dags', partition: 0, offset: 0, timestamp: 0, key: dagId, headers: {} },
      value:
        watches === null
          ? null
          : codec.encode('DagVersion', {
              ...{ dagId, version: 'v', bundle, fileloc: null, source: null, publishedBy: '', publishedAt: 0 },
              definition: JSON.stringify({ dagId, watches }),
            }),
    })
  const shown = () => [...table.byTopic()].map(([key, watches]) => [key, watches.map(({ uri, dagId, conflict }) => [uri, dagId, conflict])])

  it('joins watches by cluster and topic, takes one definition for a dataset, and says where two differ', () => {
    expect(take('b', [{ uri: 'kafka://x', topic: 't' }])).toBe(true)
    expect(take('b', [{ uri: 'kafka://x', topic: 't' }])).toBe(false)
    expect(
      take('c', [
        { uri: 'kafka://y', topic: 't' },
        { uri: 'kafka://z', topic: 't', cluster: 'far' },
      ]),
    ).toBe(true)
    expect(shown()).toEqual([
      [
        'kafka_default/t',
        [
          ['kafka://x', 'b', null],
          ['kafka://y', 'c', null],
        ],
      ],
      ['far/t', [['kafka://z', 'c', null]]],
    ])
    take('a', [{ uri: 'kafka://x', topic: 't', filter: 'value' }])
    expect(shown()[0]).toEqual([
      'kafka_default/t',
      [
        ['kafka://x', 'a', expect.stringContaining("DAGs 'a' and 'b' define dataset kafka://x in two ways")],
        ['kafka://y', 'c', null],
      ],
    ])
    expect(take('a', null)).toBe(true)
    expect(take('c', [])).toBe(true)
    expect(shown()).toEqual([['kafka_default/t', [['kafka://x', 'b', null]]]])
    expect(take('d@v1', [{ uri: 'kafka://x', topic: 't' }])).toBe(false)
  })

  it.each([
    [[{ uri: 'kafka://x', topic: 'a b' }], 'DAG e: watches[0].topic: must be the name of a topic'],
    [[{ uri: 'kafka://x', topic: 't', needsCode: true }], 'runs code of its DAG file, but the DAG was published without its bundle'],
  ])('refuses %j', (watches, message) => {
    expect(() => take('e', watches)).toThrow(message)
  })
})
