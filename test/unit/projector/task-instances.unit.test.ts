import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TaskEvent } from '../../../schemas/generated/records.ts'
import { foldTaskEvents } from '../../../services/projector/tables/task-instances/fold.ts'
import { taskEvent } from '../../support/public-events.ts'

const event = (n: number, state: string, tryNumber: number, more: Partial<TaskEvent> = {}): TaskEvent => taskEvent({ n, at: n * 10, state, tryNumber, ...more })

const life: readonly TaskEvent[] = [
  event(2, 'scheduled', 0),
  event(3, 'queued', 1),
  event(4, 'running', 1, { worker: 'w1', hostname: 'h', pid: 1, rendered: '{}' }),
  event(5, 'up_for_retry', 1, { error: { type: 'Error', message: 'no', stack: null }, dueAt: 99 }),
  event(6, 'scheduled', 1),
  event(7, 'queued', 2),
  event(8, 'running', 2, { worker: 'w2' }),
  event(9, 'up_for_reschedule', 2, { dueAt: 120 }),
  event(10, 'scheduled', 2),
  event(11, 'queued', 2),
  event(12, 'running', 2, { worker: 'w3' }),
  event(13, 'success', 2, {
    xcoms: [
      { key: 'return_value', value: '1' },
      { key: 'k', value: '2' },
    ],
  }),
]

test('a life: retry, reschedule, success', () => {
  const { instances, tries, xcoms, cleared } = foldTaskEvents([], life)
  expect(instances).toMatchObject([
    { n: 13, state: 'success', try_number: 2, scheduled_at: 100, queued_at: 110, started_at: 80, ended_at: 130, worker: 'w3', due_at: null, error: null },
  ])
  expect(tries).toMatchObject([
    { try_number: 1, state: 'up_for_retry', started_at: 40, ended_at: 50, worker: 'w1', pid: 1, error: '{"type":"Error","message":"no","stack":null}' },
    { try_number: 2, state: 'success', started_at: 80, ended_at: 130, pid: null },
  ])
  expect(xcoms.map(({ key, value }) => [key, value])).toEqual([
    ['return_value', '1'],
    ['k', '2'],
  ])
  expect(cleared).toHaveLength(1)
})

test('cleared: the try stays, its dates and XComs go', () => {
  const before = foldTaskEvents([], life)
  const { instances, tries, cleared, xcoms } = foldTaskEvents(before.instances, [event(14, 'none', 2)])
  expect(instances).toMatchObject([{ state: 'none', try_number: 2, started_at: null, ended_at: null, queued_at: null, worker: null }])
  expect([tries, cleared.length, xcoms]).toEqual([[], 1, []])
})

test('ended without a start: both dates are the same, and there is no try', () => {
  const { instances, tries } = foldTaskEvents([], [event(2, 'upstream_failed', 0)])
  expect(instances).toMatchObject([{ started_at: 20, ended_at: 20 }])
  expect(tries).toEqual([])
})

test('numbers that are not above the row change nothing', () => {
  const { instances } = foldTaskEvents([], life)
  expect(foldTaskEvents(instances, life)).toEqual({ instances: [], tries: [], cleared: [], xcoms: [] })
})

test('however the events are cut into batches and sent again, the rows are the same', () => {
  const whole = foldTaskEvents([], life)
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(life.length), fc.nat(life.length)), { maxLength: 8 }), (cuts) => {
      let rows: ReturnType<typeof foldTaskEvents>['instances'] = []
      const tries = new Map<number, unknown>()
      let reached = 0
      const batch = (from: number, to: number): void => {
        const changes = foldTaskEvents(rows, life.slice(from, to))
        if (changes.instances.length > 0) rows = changes.instances
        for (const one of changes.tries) tries.set(one.try_number, one)
      }
      for (const [a, length] of cuts) {
        const from = Math.min(a, reached)
        batch(from, from + length)
        reached = Math.max(reached, Math.min(life.length, from + length))
      }
      batch(reached, life.length)
      expect(rows).toEqual(whole.instances)
      expect([...tries.values()]).toEqual(whole.tries)
    }),
  )
})

test('a note changes nothing but itself, and stays; tries before a clear are known by it', () => {
  const noted = event(50, 'success', 1, { change: 'note', note: 'looked at' })
  const done = foldTaskEvents([], [event(2, 'queued', 1), event(3, 'success', 1, { rendered: '{}', xcoms: [{ key: 'return_value', value: '1' }] })])
  const { instances, tries, cleared, xcoms } = foldTaskEvents(done.instances, [noted])
  expect(instances).toEqual([{ ...done.instances[0], n: 50, note: 'looked at' }])
  expect([tries, cleared, xcoms]).toEqual([[], [], []])
  const again = foldTaskEvents(instances, [event(51, 'none', 1), event(52, 'queued', 2)]).instances
  expect(again).toMatchObject([{ state: 'queued', note: 'looked at', tries_before: 1 }])
  expect(foldTaskEvents([], [event(5, 'none', 0, { change: 'note', note: 'early' })]).instances).toMatchObject([{ state: 'none', note: 'early' }])
})

test('deferred: what it waits for and since when, whoever holds the trigger; then neither', () => {
  const spec = '{"kind":"http","name":null,"args":{"endpoint":"/ready"}}'
  const waits = { trigger: 'http', triggerSpec: spec, dueAt: 900 }
  const deferred = foldTaskEvents([], [event(4, 'running', 1), event(5, 'deferred', 1, waits)])
  expect(deferred.instances).toMatchObject([{ state: 'deferred', trigger: spec, deferred_at: 50, due_at: 900, reason: 'waits for http' }])
  expect(deferred.tries[0]).not.toHaveProperty('trigger')
  const moved = foldTaskEvents(deferred.instances, [event(6, 'deferred', 1, { ...waits, reason: 'trigger_lost' })])
  expect(moved.instances).toMatchObject([{ trigger: spec, deferred_at: 50 }])
  expect(foldTaskEvents(moved.instances, [event(7, 'scheduled', 1)]).instances).toMatchObject([{ trigger: null, deferred_at: null }])
  const again = [event(8, 'queued', 1), event(9, 'running', 1), event(10, 'deferred', 1, waits)]
  expect(foldTaskEvents(moved.instances, again).instances).toMatchObject([{ deferred_at: 100 }])
})
