import { expect, test } from 'vitest'
import type { Heartbeat } from '../../../schemas/generated/records.ts'
import { foldBackfillEvents } from '../../../services/projector/tables/backfills/fold.ts'
import { foldDagEvents } from '../../../services/projector/tables/dag-states/fold.ts'
import { foldDagRecords } from '../../../services/projector/tables/dags/fold.ts'
import { foldImportErrors } from '../../../services/projector/tables/import-errors/write.ts'
import { foldRunEvents } from '../../../services/projector/tables/runs/fold.ts'
import { foldHeartbeats } from '../../../services/projector/tables/workers/fold.ts'
import { chainDefinition } from '../../support/journal-events.ts'
import { runEvent } from '../../support/public-events.ts'

test('of runs and DAGs the highest number counts, whatever the order', () => {
  const events = [
    runEvent({ kind: 'run', n: 3, runId: 'r', state: 'success' }),
    runEvent({ kind: 'run', n: 2, runId: 'r', state: 'running' }),
    runEvent({ kind: 'dag', n: 9, paused: false }),
    runEvent({ kind: 'dag', n: 8, paused: true }),
    runEvent({ kind: 'answer', n: 10 }),
  ]
  expect(foldRunEvents(events)).toMatchObject([{ run_id: 'r', n: 3, state: 'success', conf: '{}' }])
  expect(foldDagEvents(events)).toMatchObject([{ dag_id: 'd', n: 9, paused: false, removed: false }])
})

test('a run event without its run is refused, by name', () => {
  expect(() => foldRunEvents([runEvent({ kind: 'run', n: 1, runId: 'r' })])).toThrow('run event 1 of DAG d has no state')
})

test('of a backfill the highest number counts; one that does not say the whole is refused', () => {
  const told = {
    from: 1,
    to: 3,
    reprocess: 'none',
    maxActiveRuns: 2,
    newestFirst: true,
    conf: '{}',
    principal: 'p',
    createdAt: 1,
    total: 3,
    taken: 0,
    skipped: 0,
  }
  const backfill = (n: number, state: string, more: object = {}) =>
    runEvent({ kind: 'backfill', n, backfillId: 'b', state, result: JSON.stringify({ ...told, ...more }) })
  expect(foldBackfillEvents([backfill(5, 'finished', { taken: 3, skipped: 1 }), backfill(4, 'running', { taken: 2 })])).toEqual([
    {
      dag_id: 'd',
      backfill_id: 'b',
      n: 5,
      at: 5,
      state: 'finished',
      from_date: 1,
      to_date: 3,
      reprocess: 'none',
      max_active_runs: 2,
      newest_first: true,
      conf: '{}',
      principal: 'p',
      created_at: 1,
      total: 3,
      taken: 3,
      skipped: 1,
    },
  ])
  for (const result of [null, 'no JSON', '{}', '{"from":"1"}'])
    expect(() => foldBackfillEvents([runEvent({ kind: 'backfill', n: 1, backfillId: 'b', state: 'running', result })])).toThrow('backfill event 1 of DAG d')
})

const record = (key: string, version: string, taskIds = ['a']) => ({
  key,
  value: { dagId: 'd', version, definition: chainDefinition('d', taskIds), bundle: null, fileloc: null, source: null, publishedBy: 'p', publishedAt: 1 },
})

test('DAG records: newest version, each version, tombstones', () => {
  const { dags, versions, tasks } = foldDagRecords([record('d', 'v1'), record('d@v1', 'v1'), record('d', 'v2', ['a', 'b'])])
  expect(dags).toMatchObject([{ dag_id: 'd', version: 'v2', task_count: 2, paused_upon_creation: true }])
  expect(versions.map((row) => row.version)).toEqual(['v1', 'v2'])
  expect(tasks.map((row) => [row.version, row.task_id, row.position])).toEqual([
    ['v1', 'a', 0],
    ['v2', 'a', 0],
    ['v2', 'b', 1],
  ])
  expect(foldDagRecords([record('d', 'v1'), { key: 'd', value: null }, { key: 'd@v1', value: null }])).toMatchObject({
    dags: [],
    versions: [],
    removedDags: ['d'],
    removedVersions: [{ dagId: 'd', version: 'v1' }],
  })
})

test('import errors: the last word on each file', () => {
  const value = { fileloc: 'a.ts', at: 1, line: null, column: null, message: 'm', stack: null, publishedBy: 'p' }
  expect(
    foldImportErrors([
      { fileloc: 'a.ts', value },
      { fileloc: 'b.ts', value: null },
      { fileloc: 'a.ts', value: null },
      { fileloc: 'b.ts', value: { ...value, fileloc: 'b.ts' } },
    ]),
  ).toMatchObject({ mended: ['a.ts'], broken: [{ fileloc: 'b.ts' }] })
})

test('heartbeats: older counters are passed over; a good-bye is kept apart', () => {
  const beat = (counter: number, slots: number): Heartbeat => ({
    incarnation: 'w',
    counter,
    epoch: 0,
    n: 0,
    at: counter,
    body: {
      type: 'WorkerBeat',
      kind: 'worker',
      hostname: 'h',
      pid: 1,
      release: '1',
      queues: ['default'],
      slots,
      draining: false,
      base: null,
      gone: [],
      more: false,
      live: 0,
      startedAt: 0,
      attempts: [],
    },
  })
  const changes = foldHeartbeats([beat(2, 4), beat(1, 9), { ...beat(3, 0), body: { type: 'WorkerLeft', reason: 'drained' } }])
  expect(changes).toMatchObject({ workers: [{ counter: 2, slots: 4 }], executors: [], left: [{ incarnation: 'w', counter: 3, reason: 'drained' }] })
})
