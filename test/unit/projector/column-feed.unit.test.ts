import { expect, test } from 'vitest'
import type { ResumePoint } from '../../../services/platform/bus/feed-positions.ts'
import { acquisitionRecord, decisionRecords, type JournalEvent } from '../../../services/platform/bus/journal.ts'
import type { Incoming, Outgoing } from '../../../services/platform/bus/port.ts'
import { makeColumnFeed } from '../../../services/projector/feeds/column-feed.ts'
import { backfillCreated, chainDefinition, dagAdopted, runCreated, runState, t0, taskState } from '../../support/journal-events.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

const platform = makeMemoryPlatform()
const { codec } = platform
const target = { topic: platform.topic('journal'), column: 0, owner: 'o' }

const incoming = (records: readonly Outgoing[], from: number): Incoming[] =>
  records.map((record, i) => ({
    topic: record.topic,
    partition: 0,
    offset: from + i,
    timestamp: t0,
    key: record.key,
    value: record.value,
    headers: record.headers ?? {},
  }))

const decision = (seq: number, ...events: readonly JournalEvent[]) => decisionRecords(codec, target, { epoch: 0, seq, at: t0, positions: {}, events })

const journal = incoming(
  [
    acquisitionRecord(codec, target, t0, {}),
    ...decision(1, dagAdopted({ dagId: 'd', n: 1, definition: chainDefinition('d', ['a'], { pausedUponCreation: false }) }), {
      type: 'NextRunPlanned',
      dagId: 'd',
      n: 2,
      at: t0,
      next: { logicalDate: 1, dataIntervalStart: 1, dataIntervalEnd: 2, runAfter: 2 },
    }),
    ...decision(2, runCreated({ dagId: 'd', runId: 'r' }), runState({ dagId: 'd', runId: 'r', n: 2, state: 'running' })),
    ...decision(3, taskState({ dagId: 'd', runId: 'r', taskId: 'a', n: 3, state: 'queued' })),
    ...decision(
      4,
      taskState({ dagId: 'd', runId: 'nowhere', taskId: 'a', n: 1, state: 'queued' }),
      runState({ dagId: 'd', runId: 'r', n: 4, state: 'success' }),
    ),
    ...decision(5, { type: 'DagRemoved', dagId: 'd', n: 3, at: t0, tableOffset: 9 }),
  ],
  0,
)

const told = (resume: ResumePoint) => {
  const feed = makeColumnFeed(platform, 0, resume)
  return journal
    .flatMap((record) => feed.read(record, 0))
    .map((record) => {
      const value = record.topic.endsWith('task-events') ? codec.decode('TaskEvent', record.value as Buffer) : codec.decode('RunEvent', record.value as Buffer)
      return [record.key, value.n, value.state, Number(record.headers?.journal)]
    })
}

test('each event becomes its public one; one that the journal never made is left out', () => {
  expect(told({ 'task-events': -1, 'run-events': -1, 'dataset-events': -1 })).toEqual([
    ['d', 1, null, 1],
    ['d', 2, null, 1],
    ['d/r', 1, 'queued', 2],
    ['d/r', 2, 'running', 2],
    ['d/r/a/-1', 3, 'queued', 3],
    ['d/r', 4, 'success', 4],
    ['d', 3, null, 5],
  ])
})

test('each feed goes on from its own last record, which may have been published in part', () => {
  expect(told({ 'task-events': 3, 'run-events': 4, 'dataset-events': 4 })).toEqual([
    ['d/r/a/-1', 3, 'queued', 3],
    ['d/r', 4, 'success', 4],
    ['d', 3, null, 5],
  ])
})

test('a DAG event carries all that is decided about the DAG', () => {
  const feed = makeColumnFeed(platform, 0, { 'task-events': -1, 'run-events': -1, 'dataset-events': -1 })
  const events = journal
    .flatMap((record) => feed.read(record, 0))
    .filter((record) => record.key === 'd')
    .map((record) => codec.decode('RunEvent', record.value as Buffer))
  expect(events.map(({ paused, removed, version, next }) => [paused, removed, version, next?.runAfter ?? null])).toEqual([
    [false, false, 'v1', null],
    [false, false, 'v1', 2],
    [false, true, 'v1', null],
  ])
})

const feedOf = (...events: readonly JournalEvent[]) => {
  const feed = makeColumnFeed(platform, 0, { 'task-events': -1, 'run-events': -1, 'dataset-events': -1 })
  const before = decision(1, dagAdopted({ dagId: 'd', n: 1, definition: chainDefinition('d', ['a']) }), runCreated({ dagId: 'd', runId: 'r', backfillId: 'b' }))
  const records = incoming([acquisitionRecord(codec, target, t0, {}), ...before, ...decision(2, ...events)], 0)
  return records.flatMap((record) => feed.read(record, 0)).slice(2)
}

test('a task that was mapped is told as its instances, all in state none', () => {
  const mapped = (n: number, length: number) => ({ type: 'TaskMapped' as const, dagId: 'd', runId: 'r', taskId: 'a', n, at: t0, length })
  const records = feedOf(mapped(2, 3))
  const events = records.map((record) => codec.decode('TaskEvent', record.value as Buffer))
  expect(records.map((record) => record.key)).toEqual(['d/r/a/0', 'd/r/a/1', 'd/r/a/2'])
  expect(events.map(({ mapIndex, state, tryNumber, n, operator }) => [mapIndex, state, tryNumber, n, operator])).toEqual([
    [0, 'none', 0, 2, 'function'],
    [1, 'none', 0, 2, 'function'],
    [2, 'none', 0, 2, 'function'],
  ])
  // Cleared in part, and the list became longer: only the new one is told, the others are as they were.
  expect(feedOf(mapped(2, 3), mapped(3, 4)).map((record) => record.key)).toEqual(['d/r/a/0', 'd/r/a/1', 'd/r/a/2', 'd/r/a/3'])
})

test('a run that goes on with another version says so, and which backfill it belongs to', () => {
  const [record] = feedOf({ type: 'RunVersionChanged', dagId: 'd', runId: 'r', n: 2, at: t0, version: 'v2' })
  expect(codec.decode('RunEvent', record?.value as Buffer)).toMatchObject({ kind: 'run', runId: 'r', n: 2, version: 'v2', backfillId: 'b', state: 'queued' })
})

test('a backfill event carries the whole backfill; an answer what it touches', () => {
  const changed = { type: 'BackfillStateChanged' as const, dagId: 'd', backfillId: 'b', n: 3, at: t0 + 5, state: 'finished', next: 2, skipped: 1 }
  const answered = { type: 'CommandAnswered' as const, dagId: 'd', commandId: 'c', n: 4, at: t0, accepted: true, code: null, message: null, runId: null }
  const records = feedOf(backfillCreated({ dagId: 'd', backfillId: 'b', n: 2 }), changed, { ...answered, result: '{"backfillId":"b"}' })
  const events = records.map((record) => codec.decode('RunEvent', record.value as Buffer))
  expect(records.map((record) => record.key)).toEqual(['d', 'd', 'd'])
  expect(events.map(({ kind, n, state, backfillId }) => [kind, n, state, backfillId])).toEqual([
    ['backfill', 2, 'running', 'b'],
    ['backfill', 3, 'finished', 'b'],
    ['answer', 4, null, null],
  ])
  expect(JSON.parse(events[1]?.result ?? '')).toMatchObject({
    from: t0,
    to: t0 + 86_400_000,
    total: 2,
    taken: 2,
    skipped: 1,
    createdAt: t0,
    newestFirst: false,
  })
  expect(events[2]?.result).toBe('{"backfillId":"b"}')
})

test('outlets of a task that succeeded are dataset events with the attempt as id, numbered by their place in the journal', () => {
  const outlets = [
    { uri: 'file:///a', extra: '{"rows":1}' },
    { uri: 'file:///b', extra: '{}' },
  ]
  const records = feedOf(taskState({ dagId: 'd', runId: 'r', taskId: 'a', n: 2, state: 'success', tryNumber: 3, outlets })).slice(1)
  expect(records.map(({ topic, key, headers }) => [topic, key, headers])).toEqual([
    ['test.dataset-events', 'file:///a', { 'event-id': 'd/r/a/-1/3', 'event-source': 'column/0', 'event-number': String(2 * 2 ** 20) }],
    ['test.dataset-events', 'file:///b', { 'event-id': 'd/r/a/-1/3', 'event-source': 'column/0', 'event-number': String(2 * 2 ** 20 + 1) }],
  ])
  expect(codec.decode('DatasetEvent', records[0]?.value as Buffer)).toMatchObject({
    extra: '{"rows":1}',
    sourceDagId: 'd',
    sourceRunId: 'r',
    sourceMapIndex: -1,
  })
})

test('where a DAG stands in its datasets is told when that changes: new ones, those that are gone, what is skipped, what a run takes', () => {
  const definition = (uri: string) => chainDefinition('d', ['a'], { datasets: { any: [{ uri }, { uri: 'both' }] } })
  const took = [{ uri: 'b', id: 'x', partition: 1, offset: 9 }]
  const records = feedOf(
    dagAdopted({ dagId: 'd', n: 2, version: 'v2', definition: definition('a'), datasetPositions: [3, 4] }),
    dagAdopted({ dagId: 'd', n: 3, version: 'v3', definition: definition('b'), datasetPositions: [5, 6] }),
    { type: 'DatasetEventsSkipped', dagId: 'd', n: 4, at: t0, through: 7, reason: 'unpaused', cursors: '{"b":[8,6]}' },
    runCreated({ dagId: 'd', runId: 'q', runType: 'dataset_triggered', datasetEvents: took }),
    { type: 'DagRemoved', dagId: 'd', n: 5, at: t0, tableOffset: 9 },
  )
  const events = records.map((record) => codec.decode('RunEvent', record.value as Buffer))
  expect(events.map(({ cursors, datasetEvents }) => (cursors === null ? datasetEvents : JSON.parse(cursors)))).toEqual([
    { a: [3, 4], both: [3, 4] },
    { a: null, b: [5, 6] },
    { b: [8, 6] },
    took,
    { both: null, b: null },
  ])
})
