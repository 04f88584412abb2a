import { expect, test } from 'vitest'
import { datasetEventNumber, datasetEventPlace, datasetIdOf } from '../../../services/core/dataset-id.ts'
import { eventsModeText, missingText } from '../../../services/core/dataset-words.ts'
import { foldCursors, foldDatasetEvents, foldDatasetRuns } from '../../../services/projector/tables/datasets/fold.ts'
import { datasetEvent } from '../../support/dataset-scheduler-cases.ts'
import { runEvent } from '../../support/public-events.ts'

const took = (runId: string, uri: string, partition: number, offset: number) =>
  runEvent({ runId, datasetEvents: [{ uri, id: `${uri}-${offset}`, partition, offset }] })

test('an event that was sent twice is one row, at its first place', () => {
  const placed = (id: string, offset: number) => ({ event: datasetEvent('file:///a', id), partition: 1, offset })
  expect(foldDatasetEvents([placed('x', 3), placed('y', 4), placed('x', 5)]).map((row) => [row.event_id, row.record_offset])).toEqual([
    ['x', 3],
    ['y', 4],
  ])
})

test('what runs took, once though it is told twice', () => {
  expect(foldDatasetRuns([took('r', 'a', 0, 1), took('r', 'a', 0, 1), took('s', 'a', 0, 2)])).toEqual([
    { dag_id: 'd', run_id: 'r', uri: 'a', event_id: 'a-1' },
    { dag_id: 'd', run_id: 's', uri: 'a', event_id: 'a-2' },
  ])
})

test('cursors: set where a DAG begins to wait, raised by what runs take, gone when it does not wait any more', () => {
  const changes = foldCursors([
    runEvent({ cursors: '{"a":[3,4],"b":[3,4]}' }),
    took('r', 'a', 1, 9),
    took('q', 'c', 0, 7), // set by an earlier batch
    runEvent({ cursors: '{"a":[8,6]}' }),
    runEvent({ cursors: '{"b":null}' }),
  ])
  const rows = (list: typeof changes.set) => list.map(({ uri, partition, next_offset }) => [uri, partition, next_offset])
  expect(rows(changes.set)).toEqual([
    ['a', 0, 8],
    ['a', 1, 10], // never back
  ])
  expect(rows(changes.raised)).toEqual([['c', 0, 8]])
  expect(changes.gone).toEqual([{ dag_id: 'd', uri: 'b' }])
})

test('numbers of datasets and events', () => {
  expect(datasetIdOf('file:///a')).not.toBe(datasetIdOf('file:///b'))
  expect(Number.isSafeInteger(datasetIdOf('postgres://warehouse/users'))).toBe(true)
  expect(datasetEventPlace(datasetEventNumber(5, 123_456))).toEqual({ partition: 5, offset: 123_456 })
})

test('what waits, in words', () => {
  const a = { uri: 'a' }
  const b = { uri: 'b' }
  const waiting = (uri: string) => ({ a: 3, b: 0 })[uri] ?? 1
  expect(missingText({ all: [a, b] }, waiting)).toBe('a: 3 events, b: none; needs all')
  expect(missingText({ any: [b, { uri: 'c' }] }, waiting)).toBe('b: none, c: 1 event; needs one of them')
  expect(missingText({ all: [a, { any: [b, { uri: 'c' }] }] }, waiting)).toBe('a: 3 events, b: none, c: 1 event; needs a and (b or c)')
  expect([{ mode: 'each' as const }, { max: 100 }, { withinMs: 300_000 }].map(eventsModeText)).toEqual(['each', 'max 100', 'within 5m'])
})
