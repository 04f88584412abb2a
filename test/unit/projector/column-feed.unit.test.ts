import { expect, test } from 'vitest'
import { acquisitionRecord, decisionRecords, type JournalEvent } from '../../../services/platform/bus/journal.ts'
import type { Incoming, Outgoing } from '../../../services/platform/bus/port.ts'
import { makeColumnFeed } from '../../../services/projector/feeds/column-feed.ts'
import { chainDefinition, dagAdopted, runCreated, runState, t0, taskState } from '../../support/journal-events.ts'
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

const told = (resume: { 'task-events': number; 'run-events': number }) => {
  const feed = makeColumnFeed(platform, 0, resume)
  return journal
    .flatMap((record) => feed.read(record, 0))
    .map((record) => {
      const value = record.topic.endsWith('task-events') ? codec.decode('TaskEvent', record.value as Buffer) : codec.decode('RunEvent', record.value as Buffer)
      return [record.key, value.n, value.state, Number(record.headers?.journal)]
    })
}

test('each event becomes its public one; one that the journal never made is left out', () => {
  expect(told({ 'task-events': -1, 'run-events': -1 })).toEqual([
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
  expect(told({ 'task-events': 3, 'run-events': 4 })).toEqual([
    ['d/r/a/-1', 3, 'queued', 3],
    ['d/r', 4, 'success', 4],
    ['d', 3, null, 5],
  ])
})

test('a DAG event carries all that is decided about the DAG', () => {
  const feed = makeColumnFeed(platform, 0, { 'task-events': -1, 'run-events': -1 })
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
